// pluto status, pluto outputs: what is deployed, looked at.
//
// Input: the project's stack at AWS. Output: its state, its outputs, resources with trouble and
// what failed last. Invariant: nothing is changed, no lock is taken; the exit code says how it
// stands.

#include "cli/deploy/deploy.h"
#include "cli/here.h"
#include "cli/json.h"
#include "cli/report.h"

#include <cjson/cJSON.h>

typedef struct Status {
    Session *s;
    AwsTarget target;
    AwsIdentity who;
    bool there;
    AwsStack stack;
    AwsResourceVec resources;
    AwsEndpointVec endpoints; // where the stack itself is in order
    AwsResult failures;
    const Map *places; // in the program as it is now, or NULL
    Stand stand;
} Status;

// Where in the program a failure comes from: as it is now, since that is what somebody will edit.
// A program that does not compile at the moment has no places, and is nobody's business here.
static const Map *places_now(Session *s) {
    Session quiet = *s;
    Compile c;
    Err err = {0};
    quiet.diags = diags_open(s->sources);
    Map *places = NULL;
    if (pipeline_compile(&quiet, s->args.arguments[0], STAGE_TEMPLATE, &c, &err) &&
        !diags_has_errors(quiet.diags)) {
        places = arena_new(s->arena, Map);
        *places = places_read(s->arena, &c.output);
    }
    diags_close(quiet.diags);
    return places;
}

// Looks. False: reported, with *code.
static bool look(Session *s, const Project *project, bool all, Status *out, int *code) {
    Deployer d = {0};
    Err err = {0};
    *out = (Status){.s = s, .target = target_of(s->arena, project)};
    bool good = deployer_open(s, project, &d, &err) &&
                identity_fits(&d, s->arena, &out->target, &out->who, &err) &&
                d.api->status(d.aws, s->arena, &out->target, &out->there, &out->stack,
                              all ? &out->resources : NULL, &err);
    if (good && str_is(out->stack.status, "REVIEW_IN_PROGRESS"))
        out->there = false;
    if (good && out->there) {
        out->stand = stand_of_stack(&out->stack);
        bool failed = out->stand.code == EXIT_FAILED || out->stand.code == EXIT_STUCK;
        good =
            !all || !failed || d.api->failures(d.aws, s->arena, &out->target, &out->failures, &err);
        if (all && out->stand.code == EXIT_DONE) {
            d.api->endpoints(d.aws, s->arena, &out->resources, &out->endpoints);
            out->stand = stand_with_endpoints(out->stand, &out->endpoints);
        }
    }
    deployer_close(&d);
    if (!good)
        *code = deployer_failed(s, &err);
    else if (out->there && !stack_is_own(&out->stack, &out->target, &err))
        *code = deployer_failed(s, &err);
    else
        return true;
    return false;
}

static int not_there(const Status *t) {
    Err err = {0};
    err_set(&err, ERR_NOT_FOUND, "there is no stack `%.*s` in account %.*s, %.*s",
            STR_ARG(t->target.name), STR_ARG(t->who.account), STR_ARG(t->who.region));
    err_hint(&err, "`pluto deploy` makes it");
    return report_err(t->s, &err);
}

static bool troubled(const AwsResource *r) {
    return str_ends(r->status, "_FAILED");
}

// ---- As text ------------------------------------------------------------------------------------

static void put_pairs(Buf *b, const AwsPairVec *pairs) {
    uint32_t width = 0;
    for (uint32_t i = 0; i < pairs->n; i++)
        width = pairs->at[i].key.n > width ? pairs->at[i].key.n : width;
    for (uint32_t i = 0; i < pairs->n; i++)
        buf_printf(b, "  %-*.*s  %.*s\n", (int)width,
                   STR_ARG(str_visible(b->arena, pairs->at[i].key)),
                   STR_ARG(str_visible(b->arena, pairs->at[i].value)));
}

// What is gone stands in CloudFormation's list for a while.
static uint32_t resources_there(const Status *t) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->resources.n; i++)
        n += !str_is(t->resources.at[i].status, "DELETE_COMPLETE");
    return n;
}

static void put_head(Buf *b, const Status *t) {
    uint32_t there = resources_there(t);
    Arena *a = b->arena;
    const AwsStack *s = &t->stack;
    const char *bold = t->s->color_out ? "\033[1m" : "", *off = t->s->color_out ? "\033[0m" : "";
    const char *color = !t->s->color_out             ? ""
                        : t->stand.code == EXIT_DONE ? "\033[32m"
                                                     : "\033[31m";
    buf_printf(b, "%s%.*s%s  %s%s%s (%.*s)\n", bold, STR_ARG(str_visible(a, s->name)), off, color,
               t->stand.words, off, STR_ARG(str_visible(a, s->status)));
    buf_printf(b, "  account %.*s, %.*s, %u resource%s%s\n", STR_ARG(t->who.account),
               STR_ARG(t->who.region), (unsigned)there, there == 1 ? "" : "s",
               s->protected ? ", protected against being deleted" : "");
    buf_printf(b, "  created %.*s%s%.*s\n", STR_ARG(str_visible(a, s->created)),
               s->updated.n ? ", last changed " : "", STR_ARG(str_visible(a, s->updated)));
    if (s->reason.n)
        buf_printf(b, "  AWS says: %.*s\n", STR_ARG(str_visible(a, s->reason)));
}

static void put_place(Buf *b, const Status *t, Str id) {
    const Place *p = places_find(t->places, id);
    if (p && p->at.line)
        buf_printf(b, "  --> %.*s:%u:%u, %.*s\n", STR_ARG(str_visible(b->arena, p->at.file)),
                   (unsigned)p->at.line, (unsigned)p->at.column,
                   STR_ARG(str_visible(b->arena, p->owner)));
}

static void put_endpoints(Buf *b, const Status *t) {
    Arena *a = b->arena;
    bool open = false;
    for (uint32_t i = 0; i < t->endpoints.n; i++) {
        const AwsEndpoint *e = &t->endpoints.at[i];
        if (e->state == AWS_ENDPOINT_WELL)
            continue;
        Str status = e->state == AWS_ENDPOINT_UNKNOWN ? STR("could not be asked")
                     : e->status.n                    ? e->status
                                                      : STR("not there");
        buf_puts(b, open ? "" : "\nendpoints:\n");
        open = true;
        buf_printf(b, "  %.*s (%.*s)  %.*s%s%.*s\n", STR_ARG(str_visible(a, e->name)),
                   STR_ARG(str_visible(a, e->id)), STR_ARG(str_visible(a, status)),
                   e->reason.n ? "  " : "", STR_ARG(str_visible(a, e->reason)));
    }
}

static void put_trouble(Buf *b, const Status *t) {
    Arena *a = b->arena;
    const AwsFailure *root = t->failures.failures.n ? &t->failures.failures.at[0] : NULL;
    bool open = false;
    if (root) {
        buf_printf(b, "\nwhat failed first: %.*s (%.*s)\n  = AWS says: %.*s\n",
                   STR_ARG(str_visible(a, root->id)), STR_ARG(str_visible(a, root->resource)),
                   STR_ARG(str_visible(a, reason_plain(a, root->reason))));
        put_place(b, t, root->id);
        if (root->remedy.n)
            buf_printf(b, "  = help: %.*s\n", STR_ARG(commands_here(t->s, root->remedy)));
    }
    for (uint32_t i = 0; i < t->resources.n; i++) {
        const AwsResource *r = &t->resources.at[i];
        if (!troubled(r))
            continue;
        buf_puts(b, open ? "" : "\nresources with trouble:\n");
        open = true;
        buf_printf(b, "  %.*s (%.*s)  %.*s  %.*s\n", STR_ARG(str_visible(a, r->id)),
                   STR_ARG(str_visible(a, r->resource)), STR_ARG(str_visible(a, r->status)),
                   STR_ARG(str_visible(a, reason_plain(a, r->reason))));
    }
    put_endpoints(b, t);
    if (*t->stand.next)
        buf_printf(b, "\nnext: %.*s\n", STR_ARG(commands_here(t->s, str_of(t->stand.next))));
}

// ---- As JSON ------------------------------------------------------------------------------------

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddItemToObject(object, name,
                          value.n ? cJSON_CreateString(str_cstr(a, value)) : cJSON_CreateNull());
}

static cJSON *pairs_json(Arena *a, const AwsPairVec *pairs) {
    cJSON *json = cJSON_CreateObject();
    for (uint32_t i = 0; i < pairs->n; i++)
        cJSON_AddStringToObject(json, str_cstr(a, pairs->at[i].key),
                                str_cstr(a, pairs->at[i].value));
    return json;
}

static cJSON *resource_json(Arena *a, const AwsResource *r) {
    cJSON *json = cJSON_CreateObject();
    set(a, json, "stack", r->stack);
    set(a, json, "id", r->id);
    set(a, json, "physicalId", r->physical);
    set(a, json, "type", r->resource);
    set(a, json, "status", r->status);
    set(a, json, "reason", r->reason);
    set(a, json, "time", r->time);
    return json;
}

static cJSON *endpoint_json(Arena *a, const AwsEndpoint *e) {
    static const char *const STATES[] = {
        [AWS_ENDPOINT_WELL] = "deployed",   [AWS_ENDPOINT_COMING] = "coming",
        [AWS_ENDPOINT_BEHIND] = "behind",   [AWS_ENDPOINT_DEAD] = "failed",
        [AWS_ENDPOINT_UNKNOWN] = "unknown",
    };
    cJSON *json = cJSON_CreateObject();
    set(a, json, "id", e->id);
    set(a, json, "name", e->name);
    set(a, json, "state", str_of(STATES[e->state]));
    set(a, json, "status", e->status);
    set(a, json, "reason", e->reason);
    return json;
}

static cJSON *failure_json(Arena *a, const Status *t, const AwsFailure *f) {
    cJSON *json = cJSON_CreateObject();
    const Place *p = places_find(t->places, f->id);
    set(a, json, "id", f->id);
    set(a, json, "type", f->resource);
    set(a, json, "status", f->status);
    set(a, json, "reason", f->reason);
    set(a, json, "help", f->remedy);
    set(a, json, "owner", p ? p->owner : STR_EMPTY);
    set(a, json, "file", p && p->at.line ? p->at.file : STR_EMPTY);
    cJSON_AddNumberToObject(json, "line", p ? p->at.line : 0);
    return json;
}

static cJSON *status_json(Arena *a, const Status *t) {
    const AwsStack *s = &t->stack;
    cJSON *json = cJSON_CreateObject(), *resources, *endpoints, *failures;
    set(a, json, "stackName", s->name);
    set(a, json, "stackId", s->id);
    set(a, json, "account", t->who.account);
    set(a, json, "region", t->who.region);
    set(a, json, "stackStatus", s->status);
    set(a, json, "reason", s->reason);
    set(a, json, "stand", str_of(t->stand.words));
    set(a, json, "next", commands_here(t->s, str_of(t->stand.next)));
    set(a, json, "created", s->created);
    set(a, json, "updated", s->updated);
    cJSON_AddBoolToObject(json, "protected", s->protected);
    cJSON_AddItemToObject(json, "outputs", pairs_json(a, &s->outputs));
    resources = cJSON_AddArrayToObject(json, "resources");
    for (uint32_t i = 0; i < t->resources.n; i++)
        cJSON_AddItemToArray(resources, resource_json(a, &t->resources.at[i]));
    endpoints = cJSON_AddArrayToObject(json, "endpoints");
    for (uint32_t i = 0; i < t->endpoints.n; i++)
        cJSON_AddItemToArray(endpoints, endpoint_json(a, &t->endpoints.at[i]));
    failures = cJSON_AddArrayToObject(json, "failures");
    for (uint32_t i = 0; i < t->failures.failures.n; i++)
        cJSON_AddItemToArray(failures, failure_json(a, t, &t->failures.failures.at[i]));
    return json;
}

static int print_json(Session *s, cJSON *json, int code) {
    Str text = str_cat(s->arena, json_indented(s->arena, json), STR("\n"));
    cJSON_Delete(json);
    return report_output(s, text, code);
}

int status_run(Session *s) {
    Project project;
    Status t;
    int code;
    if (!project_find(s, &project, &code) || !look(s, &project, true, &t, &code))
        return code;
    if (!t.there)
        return not_there(&t);
    if (t.failures.failures.n)
        t.places = places_now(s);
    if (s->args.json)
        return print_json(s, status_json(s->arena, &t), t.stand.code);
    Buf b = buf_new(s->arena);
    put_head(&b, &t);
    if (t.stack.outputs.n)
        buf_puts(&b, "\noutputs:\n");
    put_pairs(&b, &t.stack.outputs);
    put_trouble(&b, &t);
    return report_output(s, buf_str(&b), t.stand.code);
}

// ---- pluto outputs ------------------------------------------------------------------------------

static int one_output(const Status *t, Str name) {
    const AwsPairVec *all = &t->stack.outputs;
    Session *s = t->s;
    Err err = {0};
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].key, name))
            return report_output(
                s, str_cat(s->arena, str_visible(s->arena, all->at[i].value), STR("\n")),
                EXIT_DONE);
    err_set(&err, ERR_NOT_FOUND, "the stack `%.*s` has no output `%.*s`", STR_ARG(t->stack.name),
            STR_ARG(name));
    err_hint(&err, "`pluto outputs` lists them");
    return report_err(s, &err);
}

int outputs_run(Session *s) {
    Project project;
    Status t;
    int code;
    if (!project_find(s, &project, &code) || !look(s, &project, false, &t, &code))
        return code;
    if (!t.there)
        return not_there(&t);
    if (s->args.count)
        return one_output(&t, s->args.arguments[0]);
    if (s->args.json)
        return print_json(s, pairs_json(s->arena, &t.stack.outputs), EXIT_DONE);
    Buf b = buf_new(s->arena);
    uint32_t width = 0;
    for (uint32_t i = 0; i < t.stack.outputs.n; i++)
        width = t.stack.outputs.at[i].key.n > width ? t.stack.outputs.at[i].key.n : width;
    for (uint32_t i = 0; i < t.stack.outputs.n; i++)
        buf_printf(&b, "%-*.*s  %.*s\n", (int)width,
                   STR_ARG(str_visible(s->arena, t.stack.outputs.at[i].key)),
                   STR_ARG(str_visible(s->arena, t.stack.outputs.at[i].value)));
    return report_output(s, buf_str(&b), EXIT_DONE);
}
