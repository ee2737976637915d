// Names for completion: of commands, codes, kinds, templates, and of what the project holds.
//
// Input: a placeholder such as FUNCTION, and the line so far. Output: candidates. Invariant: the
// project is read as it is, without a word of what is wrong with it: no program, no names.

#include "cli/complete/complete.h"
#include "cli/pipeline.h"
#include "cli/start/builtin.h"

// ---- What pluto itself knows --------------------------------------------------------------------

static void add_files(Session *s, const Line *line, Completion *out) {
    (void)s, (void)line;
    out->files = true;
}

static void add_folders(Session *s, const Line *line, Completion *out) {
    (void)s, (void)line;
    out->folders = true;
}

static void add_commands(Session *s, const Line *line, Completion *out) {
    for (uint32_t i = 0; commands[i]; i++)
        complete_add(s->arena, line, out, str_of(commands[i]->name), str_of(commands[i]->doc));
}

static void add_codes(Session *s, const Line *line, Completion *out) {
    for (unsigned c = 0; c < CODE_COUNT; c++)
        complete_add(s->arena, line, out, str_of(code_name((Code)c)), str_of(code_title((Code)c)));
}

static void add_kinds(Session *s, const Line *line, Completion *out) {
    for (uint32_t i = 0; i < kind_table.n; i++)
        complete_add(s->arena, line, out, str_of(kind_table.at[i]->name),
                     str_of(kind_table.at[i]->doc));
}

static void add_templates(Session *s, const Line *line, Completion *out) {
    for (unsigned i = 0; i < builtin_template_count; i++)
        complete_add(s->arena, line, out, str_of(builtin_templates[i].name),
                     str_of(builtin_templates[i].doc));
}

// ---- What the project holds ---------------------------------------------------------------------

// The project of the line: --project, or the DIR that is its first argument.
static Str where(const Line *line) {
    bool is_dir = line->command && str_is(str_of(line->command->arguments), "[DIR]");
    return is_dir ? line->args.arguments[0] : line->args.project;
}

static void add_stacks(Session *s, const Line *line, Completion *out) {
    Project project;
    Err ignored = {0};
    Str folder = where(line);
    // The settings are read before an entry is looked for: they are there either way.
    project_open(s->arena, s->host, folder.n ? folder : STR("."), STR_EMPTY, &kind_table,
                 s->sources, s->diags, &project, &ignored);
    const StrVec *stacks = &project.settings.stacks;
    for (uint32_t i = 0; i < stacks->n; i++)
        if (settings_name_valid(stacks->at[i], false))
            complete_add(s->arena, line, out, stacks->at[i], STR_EMPTY);
}

static Str shown_as(Arena *a, const ArchResource *r) {
    return str_fmt(a, "%.*s, %.*s:%u", STR_ARG(r->kind), STR_ARG(r->source.file), r->source.line);
}

// Names, and where two resources have one, their ids.
static void add_resource(Session *s, const Line *line, const Arch *arch, const ArchResource *r,
                         Completion *out) {
    uint32_t same = 0;
    for (uint32_t i = 0; i < arch->resources.n; i++)
        same += str_eq(arch->resources.at[i].name, r->name);
    complete_add(s->arena, line, out, same > 1 ? r->id : r->name, shown_as(s->arena, r));
}

static const Arch *graph(Session *s, const Line *line) {
    Compile compile;
    s->args.stack = line->args.stack;
    return pipeline_graph(s, where(line), &compile) ? compile.arch : NULL;
}

static void add_functions(Session *s, const Line *line, Completion *out) {
    const Arch *arch = graph(s, line);
    for (uint32_t i = 0; arch && i < arch->resources.n; i++)
        if (str_is(arch->resources.at[i].kind, "Function"))
            add_resource(s, line, arch, &arch->resources.at[i], out);
}

static bool is_named(const ArchResource *r, Str word) {
    return str_eq(r->name, word) || str_eq(r->id, word);
}

// All but the function that was named.
static void add_resources(Session *s, const Line *line, Completion *out) {
    const Arch *arch = graph(s, line);
    for (uint32_t i = 0; arch && i < arch->resources.n; i++)
        if (!is_named(&arch->resources.at[i], line->args.arguments[0]))
            add_resource(s, line, arch, &arch->resources.at[i], out);
}

// Of the kind of the resource that was named.
static void add_operations(Session *s, const Line *line, Completion *out) {
    const Arch *arch = graph(s, line);
    for (uint32_t i = 0; arch && i < arch->resources.n; i++) {
        const ArchResource *r = &arch->resources.at[i];
        const Kind *k =
            is_named(r, line->args.arguments[1]) ? kind_find(&kind_table, r->kind) : NULL;
        for (const Op *op = k ? k->ops : NULL; op && op->name; op++)
            complete_add(s->arena, line, out, str_of(op->name), str_of(op->doc));
    }
}

void complete_names(Session *s, const Line *line, Str placeholder, Completion *out) {
    static const struct {
        const char *placeholder;
        void (*add)(Session *s, const Line *line, Completion *out);
    } sources[] = {
        {"FILE", add_files},           {"DIR", add_folders},        {"COMMAND", add_commands},
        {"CODE", add_codes},           {"KIND", add_kinds},         {"TEMPLATE", add_templates},
        {"STACK", add_stacks},         {"FUNCTION", add_functions}, {"RESOURCE", add_resources},
        {"OPERATION", add_operations},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (str_is(placeholder, sources[i].placeholder))
            sources[i].add(s, line, out);
}
