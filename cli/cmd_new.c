// pluto new: a folder with a project in it.
//
// Input: a name, a template, a stack; what is not given is asked. Output: the folder, whole or not
// at all, and what to do next.

#include "cli/report.h"
#include "cli/start/start.h"

// What `npm install` is for. Not for pluto: it reads no package.
static const char *install_reason(const Plan *plan, const StartFileVec *files) {
    for (uint32_t i = 0; i < files->n; i++)
        if (str_is(files->at[i].path, "package.json") &&
            (!plan->builtin || str_contains(files->at[i].content, "\"dependencies\"")))
            return "what package.json names, for editors and for tsc";
    return "TypeScript, for `npm run check`";
}

static int made(const Session *s, const Plan *plan, const StartFileVec *files,
                const Repository *repository) {
    if (s->args.quiet)
        return EXIT_DONE;
    Buf b = buf_new(s->arena);
    buf_printf(&b, "made %.*s  %u files%s\n", STR_ARG(plan->name), files->n,
               repository->made ? ", in a git repository with a first commit" : "");
    buf_printf(&b, "\n  cd %.*s\n", STR_ARG(plan->name));
    buf_printf(&b, "  npm install          # %s\n", install_reason(plan, files));
    buf_puts(&b, "  pluto graph --open   # what the program consists of, as a picture\n"
                 "  pluto run            # the program on this machine\n"
                 "  pluto build          # the CloudFormation template and the packages\n");
    int code = report_output(s, buf_str(&b), EXIT_DONE);
    if (repository->note.n)
        report_note(s, repository->note);
    return code;
}

static int run(Session *s) {
    const Wanted wanted = {.name = STR("hello-pluto"), .name_is_new = true};
    Plan plan;
    int code = plan_make(s, &wanted, &plan);
    if (code != EXIT_DONE)
        return code;
    Err err = {0};
    StartFileVec files;
    if (!start_files(s, &plan, &files, &err))
        return report_err(s, &err);
    Repository repository = {
        .message = str_fmt(s->arena, "Start %.*s from the template %.*s", STR_ARG(plan.name),
                           STR_ARG(plan.builtin ? str_of(plan.builtin->name) : plan.source))};
    if (!folder_make(s->arena, s->host, plan.name, &files, repository_start, &repository, &err))
        return report_err(s, &err);
    return made(s, &plan, &files, &repository);
}

const Command command_new = {
    .name = "new",
    .arguments = "[NAME]",
    .doc = "make a folder with a new project",
    .details =
        "Asks for the project's name, a template, the stack's name, the platform and the\n"
        "provisioning engine, as far as they are not given, and makes the folder NAME with a\n"
        "program that compiles at once, as a git repository with a first commit. --yes asks\n"
        "nothing and takes the defaults. The templates are hello, router, chat-memory and\n"
        "llama2-chat; any other is the URL of a git repository, with #ref for a branch, tag or\n"
        "commit and :folder for a folder in it.\n\n"
        "What is there already is never touched (exit code 2), and what fails leaves nothing\n"
        "behind. Leaving a question with Ctrl-C, Ctrl-D or Escape ends with exit code 130.",
    .takes =
        TAKES(O_TEMPLATE) | TAKES(O_STACK) | TAKES(O_PLATFORM) | TAKES(O_PROVISION) | TAKES(O_YES),
    .run = run,
};
