// pluto stack: the stacks of a project, in pluto.yml and at AWS.
//
// Input: pluto.yml, and what is deployed. Output: a list; pluto.yml with a stack more, less, or
// another one chosen. Invariant: nothing but the lines concerned changes in the file, and it is
// read before it is written; what is deployed is deleted before its name is forgotten.

#include "cli/deploy/deploy.h"
#include "cli/json.h"
#include "cli/project/edit.h"
#include "cli/report.h"

#include <cjson/cJSON.h>

// ---- pluto.yml ----------------------------------------------------------------------------------

static Str where(const Session *s) {
    return s->args.project.n ? s->args.project : STR(".");
}

static Str settings_text(Session *s, const Project *p) {
    Str text = STR_EMPTY;
    Err ignored = {0};
    if (p->settings_file.n)
        s->host->read_file(s->host, s->arena, p->settings_file, YAML_MAX, &text, &ignored);
    return text;
}

// What was made is good where the project opens with it, for the stack that is meant.
static bool reads_well(Session *s, Str text, Str stack, Str expected) {
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Settings settings = {0};
    FileId file = sources_add(sources, STR("pluto.yml"), text);
    const Yaml *yaml = yaml_parse(s->arena, file, text, ds);
    if (yaml)
        settings_read(s->arena, yaml, stack, &kind_table, ds, &settings);
    bool good = yaml && !diags_has_errors(ds) && str_eq(settings.stack, expected);
    diags_close(ds);
    sources_close(sources);
    return good;
}

static int settings_write(Session *s, const Project *p, Str text, const char *did, Str stack) {
    Err err = {0};
    Str path =
        p->settings_file.n ? p->settings_file : path_join(s->arena, p->root, STR("pluto.yml"));
    if (!s->host->write_file(s->host, path, text, &err))
        return report_err(s, &err);
    report_note(
        s, str_fmt(s->arena, "%s `%.*s` (%.*s)", did, STR_ARG(stack), STR_ARG(path_base(path))));
    return EXIT_DONE;
}

static int cannot_edit(Session *s, const char *change) {
    Err err = {0};
    err_set(&err, ERR_IO, "pluto.yml is written in a way that is not changed from here");
    err_hint(&err, "change it by hand: %s", change);
    return report_err(s, &err);
}

static bool is_listed(const Project *p, Str stack) {
    for (uint32_t i = 0; i < p->settings.stacks.n; i++)
        if (str_eq(p->settings.stacks.at[i], stack))
            return true;
    return false;
}

// The project as it is without a stack chosen on the command line.
static bool project_as_is(Session *s, Str stack, Project *out, int *code) {
    Err err = {0};
    bool opened = project_open(s->arena, s->host, where(s), stack, &kind_table, s->sources,
                               s->diags, out, &err);
    *code = report_diags(s);
    if (!opened)
        *code = report_err(s, &err);
    return *code == EXIT_DONE;
}

static int stack_new(Session *s, const Project *p, Str stack) {
    Err err = {0};
    Str text;
    bool taken = is_listed(p, stack) || (!p->settings.stacks.n && str_eq(p->settings.stack, stack));
    if (taken) {
        err_set(&err, ERR_EXISTS, "there is a stack `%.*s` already", STR_ARG(stack));
        return report_err(s, &err);
    }
    if (!edit_stack_add(s->arena, settings_text(s, p), stack, p->settings.stack, &text) ||
        !reads_well(s, text, stack, stack))
        return cannot_edit(s, "`- name: …` below `stacks:`");
    return settings_write(s, p, text, "new stack", stack);
}

static int stack_select(Session *s, const Project *p, Str stack) {
    Str text;
    if (p->settings.stacks.n && !is_listed(p, stack)) {
        Err err = {0};
        err_set(&err, ERR_NOT_FOUND, "there is no stack `%.*s`", STR_ARG(stack));
        err_hint(&err, "`pluto stack list` shows them, `pluto stack new` adds one");
        return report_err(s, &err);
    }
    if (!edit_current(s->arena, settings_text(s, p), stack, &text) ||
        !reads_well(s, text, STR_EMPTY, stack))
        return cannot_edit(s, "`current: …`");
    return settings_write(s, p, text, "from now on it is the stack", stack);
}

// Once nothing of it is deployed any more.
static int stack_forget(Session *s, const Project *p, Str stack) {
    Str text, rest = STR_EMPTY;
    Project now;
    int code;
    if (!is_listed(p, stack))
        return EXIT_DONE;
    if (!project_as_is(s, STR_EMPTY, &now, &code))
        return code;
    for (uint32_t i = 0; i < p->settings.stacks.n && !rest.n; i++)
        if (!str_eq(p->settings.stacks.at[i], stack))
            rest = p->settings.stacks.at[i];
    bool good = edit_stack_remove(s->arena, settings_text(s, p), stack, &text);
    bool current = str_eq(now.settings.stack, stack);
    if (good && current && rest.n)
        good = edit_current(s->arena, text, rest, &text);
    if (!good || (rest.n && !reads_well(s, text, rest, rest)))
        return cannot_edit(s, "leave the stack out below `stacks:`");
    return settings_write(s, p, text, "forgotten:", stack);
}

// ---- The list -----------------------------------------------------------------------------------

typedef struct Row {
    Str name, region, status; // status: CloudFormation's; empty: not deployed
    bool current, listed, asked;
    Str problem;
} Row;
typedef Vec(Row) RowVec;

static Row *row_of(RowVec *rows, Str name) {
    for (uint32_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].name, name))
            return &rows->at[i];
    return NULL;
}

// Each stack may have an account, a region and a role of its own.
static void row_ask(Session *s, Row *row, RowVec *others) {
    Project p;
    Deployer d = {0};
    Err err = {0};
    AwsStack stack;
    AwsIdentity who;
    AwsStackVec all = {0};
    bool there = false;
    bool good = project_open(s->arena, s->host, where(s), row->listed ? row->name : STR_EMPTY,
                             &kind_table, s->sources, s->diags, &p, &err) &&
                deployer_open(s, &p, &d, &err);
    AwsTarget target = {0};
    if (good)
        target = target_of(s->arena, &p);
    good = good && identity_fits(&d, s->arena, &target, &who, &err) &&
           d.api->status(d.aws, s->arena, &target, &there, &stack, NULL, &err) &&
           (!row->current || d.api->stacks(d.aws, s->arena, p.name, &all, &err));
    if (!good)
        row->problem = str_dup(s->arena, str_of(err.message));
    else {
        row->asked = true;
        row->region = str_dup(s->arena, who.region);
        there = there && !str_is(stack.status, "REVIEW_IN_PROGRESS");
        row->status = there ? stack.status : STR_EMPTY;
        if (there && !stack_is_own(&stack, &target, &err))
            row->problem = STR("a stack of that name is somebody else's");
    }
    for (uint32_t i = 0; i < all.n; i++)
        vec_push(s->arena, others,
                 (Row){.name = all.at[i].stack,
                       .region = row->region,
                       .status = all.at[i].status,
                       .asked = true});
    deployer_close(&d);
}

static void rows_make(Session *s, const Project *p, RowVec *out) {
    RowVec others = {0};
    for (uint32_t i = 0; i < p->settings.stacks.n; i++)
        vec_push(s->arena, out, (Row){.name = p->settings.stacks.at[i], .listed = true});
    if (!out->n)
        vec_push(s->arena, out, (Row){.name = p->settings.stack});
    for (uint32_t i = 0; i < out->n; i++) {
        out->at[i].current = str_eq(out->at[i].name, p->settings.stack);
        row_ask(s, &out->at[i], &others);
    }
    for (uint32_t i = 0; i < others.n; i++)
        if (!row_of(out, others.at[i].name))
            vec_push(s->arena, out, others.at[i]);
}

static Str rows_json(Arena *a, const RowVec *rows) {
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "name", str_cstr(a, r->name));
        cJSON_AddBoolToObject(json, "current", r->current);
        cJSON_AddBoolToObject(json, "listed", r->listed);
        cJSON_AddItemToObject(json, "deployed",
                              r->asked ? cJSON_CreateBool(r->status.n > 0) : cJSON_CreateNull());
        cJSON_AddItemToObject(json, "stackStatus",
                              r->status.n ? cJSON_CreateString(str_cstr(a, r->status))
                                          : cJSON_CreateNull());
        cJSON_AddItemToObject(json, "region",
                              r->region.n ? cJSON_CreateString(str_cstr(a, r->region))
                                          : cJSON_CreateNull());
        cJSON_AddItemToObject(json, "problem",
                              r->problem.n ? cJSON_CreateString(str_cstr(a, r->problem))
                                           : cJSON_CreateNull());
        cJSON_AddItemToArray(list, json);
    }
    Str text = str_cat(a, json_indented(a, list), STR("\n"));
    cJSON_Delete(list);
    return text;
}

static Str rows_text(Arena *a, const RowVec *rows) {
    Buf b = buf_new(a);
    uint32_t width = 0;
    for (uint32_t i = 0; i < rows->n; i++)
        width = rows->at[i].name.n > width ? rows->at[i].name.n : width;
    for (uint32_t i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        buf_printf(&b, "%s %-*.*s  ", r->current ? "*" : " ", (int)width,
                   STR_ARG(str_visible(a, r->name)));
        if (r->problem.n)
            buf_printf(&b, "%.*s", STR_ARG(str_visible(a, r->problem)));
        else if (r->status.n)
            buf_printf(&b, "%s (%.*s), %.*s%s", stand_of(r->status).words,
                       STR_ARG(str_visible(a, r->status)), STR_ARG(r->region),
                       r->listed || r->current ? "" : ", not in pluto.yml");
        else
            buf_printf(&b, "not deployed (%.*s)", STR_ARG(r->region));
        buf_putc(&b, '\n');
    }
    return buf_str(&b);
}

static int stack_list(Session *s, const Project *p) {
    RowVec rows = {0};
    rows_make(s, p, &rows);
    return report_output(s, s->args.json ? rows_json(s->arena, &rows) : rows_text(s->arena, &rows),
                         EXIT_DONE);
}

// ---- The command --------------------------------------------------------------------------------

static int stack_delete(Session *s, Str stack) {
    Project p;
    int code;
    if (!project_as_is(s, stack, &p, &code))
        return code;
    s->args.stack = stack; // what is proposed means this one
    code = destroy_project(s, &p);
    return code == EXIT_DONE ? stack_forget(s, &p, stack) : code;
}

static int wrong(Session *s, const char *message) {
    Err err = {0};
    err_set(&err, ERR_USAGE, "%s", message);
    err_hint(&err, "`pluto stack list`, or `new`, `select` or `delete` with a stack's name");
    return report_err(s, &err);
}

int stack_run(Session *s) {
    Str word = s->args.arguments[0], stack = s->args.arguments[1];
    bool lists = str_is(word, "list"), makes = str_is(word, "new");
    bool selects = str_is(word, "select"), deletes = str_is(word, "delete");
    Project p;
    int code;
    if (!lists && !makes && !selects && !deletes)
        return wrong(s, "that is nothing that can be done with stacks");
    if (lists ? stack.n > 0 : !stack.n)
        return wrong(s, lists ? "`list` takes no name" : "which stack?");
    if (!lists && !settings_name_valid(stack, false))
        return wrong(s, "that is no name for a stack: letters, digits, `-` and `_`, at most 64");
    if (deletes)
        return stack_delete(s, stack);
    if (!project_as_is(s, STR_EMPTY, &p, &code))
        return code;
    return lists ? stack_list(s, &p) : makes ? stack_new(s, &p, stack) : stack_select(s, &p, stack);
}
