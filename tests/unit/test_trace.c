// Traces: what the graph became, compared with the template that generate() writes.

#include "tests/unit/fixture_generate.h"

#include "generator/trace.h"

#define STORE(name) RESOURCE("KVStore", name, "")
#define GOLDEN STR("tests/golden")

enum { FILE_MAX = 1 << 22 };

static Arch *read_graph(Fixture *f, Str text) {
    Arch *arch = arch_from_json(&f->arena, text, STR("arch.json"), &kind_table, f->diags);
    assert_non_null(arch);
    return arch;
}

static Trace traced(Fixture *f, const Arch *arch) {
    Trace t;
    trace(&f->arena, arch, &kind_table, &f->settings, &t);
    return t;
}

// ---- Lines: one a permission, to compare sets ---------------------------------------------------

typedef struct Lines {
    Vec(char *) all;
} Lines;

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *printed(Fixture *f, const cJSON *json) {
    char *text = json ? cJSON_PrintUnformatted(json) : NULL;
    char *copy = str_cstr(&f->arena, str_of(text));
    cJSON_free(text);
    return copy;
}

// `resource` as an undivided template has it: what the main template hands down is put in.
static const cJSON *undivided(const cJSON *resource, const cJSON *handed_down) {
    const cJSON *ref = cJSON_GetObjectItemCaseSensitive(resource, "Ref");
    const cJSON *given =
        ref && handed_down ? cJSON_GetObjectItemCaseSensitive(handed_down, ref->valuestring) : NULL;
    return given ? given : resource;
}

static const cJSON *first_of(const cJSON *one_or_all) {
    return cJSON_IsArray(one_or_all) ? one_or_all->child : one_or_all;
}

static const cJSON *next_of(const cJSON *one_or_all, const cJSON *item) {
    return cJSON_IsArray(one_or_all) ? item->next : NULL;
}

static void add_statement(Fixture *f, Lines *lines, const char *role, const cJSON *s,
                          const cJSON *handed_down) {
    const cJSON *actions = at(s, "Action"), *resources = at(s, "Resource");
    for (const cJSON *x = first_of(actions); x; x = next_of(actions, x))
        for (const cJSON *r = first_of(resources); r; r = next_of(resources, r)) {
            Str line = str_fmt(&f->arena, "%s %s %s %s %s", role, at(s, "Sid")->valuestring,
                               x->valuestring, printed(f, undivided(r, handed_down)),
                               printed(f, at(s, "Condition")));
            vec_push(&f->arena, &lines->all, str_cstr(&f->arena, line));
        }
}

static void add_template(Fixture *f, Lines *lines, const cJSON *template,
                         const cJSON *handed_down) {
    const cJSON *r, *policy, *s;
    cJSON_ArrayForEach(r, at(template, "Resources")) {
        cJSON_ArrayForEach(policy, at(r, "Properties/Policies")) {
            cJSON_ArrayForEach(s, at(policy, "PolicyDocument/Statement")) {
                add_statement(f, lines, r->string, s, handed_down);
            }
        }
    }
}

static void add_trace(Fixture *f, Lines *lines, const Trace *t) {
    for (uint32_t i = 0; i < t->permissions.n; i++) {
        const TracePermission *p = &t->permissions.at[i];
        Str line = str_fmt(&f->arena, "%.*s %.*s %.*s %.*s %.*s", STR_ARG(p->role), STR_ARG(p->sid),
                           STR_ARG(p->action), STR_ARG(p->resource), STR_ARG(p->condition));
        vec_push(&f->arena, &lines->all, str_cstr(&f->arena, line));
    }
}

static void same_lines(Lines *a, Lines *b, const char *what) {
    if (a->all.n)
        qsort(a->all.at, a->all.n, sizeof *a->all.at, compare);
    if (b->all.n)
        qsort(b->all.at, b->all.n, sizeof *b->all.at, compare);
    for (uint32_t i = 0; i < a->all.n && i < b->all.n; i++)
        if (strcmp(a->all.at[i], b->all.at[i]) != 0)
            fail_msg("%s: the template has %s, the trace %s", what, a->all.at[i], b->all.at[i]);
    if (a->all.n != b->all.n)
        fail_msg("%s: %u permissions in the template, %u in the trace", what, a->all.n, b->all.n);
}

// ---- Against the template -----------------------------------------------------------------------

// Every function and what its environment holds.
static void same_variables(Fixture *f, const Trace *t, const cJSON *template, const char *what) {
    const cJSON *r, *v;
    uint32_t next = 0;
    cJSON_ArrayForEach(r, at(template, "Resources")) {
        cJSON_ArrayForEach(v, at(r, "Properties/Environment/Variables")) {
            if (strcmp(v->string, "AWS_LAMBDA_EXEC_WRAPPER") == 0)
                continue; // how a package starts is not the program's
            if (next >= t->variables.n || !str_is(t->variables.at[next].name, v->string) ||
                !str_is(t->variables.at[next].value, printed(f, v)))
                fail_msg("%s: variable %s of %s", what, v->string, r->string);
            next++;
        }
    }
    assert_int_equal(next, t->variables.n);
}

static void same_resources(Fixture *f, const Trace *t, const cJSON *template, const char *what) {
    uint32_t next = 0;
    const cJSON *r;
    cJSON_ArrayForEach(r, at(template, "Resources")) {
        if (!strcmp(r->string, "Nothing"))
            continue;
        assert_true(next < t->resources.n);
        const TraceResource *mine = &t->resources.at[next++];
        cJSON *parsed = cJSON_ParseWithLength(mine->json.p, mine->json.n);
        if (!str_is(mine->id, r->string) || !cJSON_Compare(parsed, r, true) ||
            !str_is(mine->type, at(r, "Type")->valuestring) ||
            !str_is(mine->owner, at(r, "Metadata/pluto/id")->valuestring))
            fail_msg("%s: %s is something else in the trace", what, r->string);
        cJSON_Delete(parsed);
    }
    assert_int_equal(next, t->resources.n);
    (void)f;
}

static unsigned grants_without_statement(const Trace *t) {
    unsigned n = 0;
    for (uint32_t i = 0; i < t->grants.n; i++)
        n += t->grants.at[i].statement.n == 0;
    return n;
}

// A program may let a literal stand that looks like a secret; the trace hides it all the same.
static void hide(Fixture *f, cJSON *json) {
    const char *what = cJSON_IsString(json) ? secret_in(str_of(json->valuestring)) : NULL;
    if (what)
        cJSON_SetValuestring(
            json, str_cstr(&f->arena, str_fmt(&f->arena, "(hidden: looks like %s)", what)));
    for (cJSON *item = json->child; item; item = item->next)
        hide(f, item);
}

static bool check_golden(Fixture *f, Str path) {
    Str text;
    Err err = {0};
    if (!host_posix()->read_file(host_posix(), &f->arena, path, FILE_MAX, &text, &err))
        return false;
    const char *what = str_cstr(&f->arena, path);
    Arch *arch = read_graph(f, text);
    Trace t = traced(f, arch);
    assert_int_equal(grants_without_statement(&t), 0);
    if (!run(f, text))
        return false; // a kind without a template: nothing to compare with
    hide(f, f->template);
    Lines template = {0}, mine = {0};
    add_template(f, &template, f->template, NULL);
    add_trace(f, &mine, &t);
    same_lines(&template, &mine, what);
    same_variables(f, &t, f->template, what);
    same_resources(f, &t, f->template, what);
    return true;
}

static void every_golden_program_has_the_permissions_of_its_template(void **state) {
    Fixture *f = *state;
    Host *host = host_posix();
    Str *groups, *cases;
    size_t group_count, case_count;
    unsigned compared = 0;
    assert_true(host->list(host, &f->arena, GOLDEN, &groups, &group_count));
    for (size_t i = 0; i < group_count; i++) {
        Str group = str_fmt(&f->arena, "tests/golden/%.*s", STR_ARG(groups[i]));
        if (host->type(host, group) != HOST_DIR)
            continue;
        assert_true(host->list(host, &f->arena, group, &cases, &case_count));
        for (size_t k = 0; k < case_count; k++)
            compared += check_golden(f, str_fmt(&f->arena, "%.*s/%.*s/expect.arch.json",
                                                STR_ARG(group), STR_ARG(cases[k])));
    }
    assert_true(compared >= 10);
}

// `count` functions that use one store; every 50th reads the URL of the one before it.
static Str large(Fixture *f, unsigned count) {
    Buf resources = buf_new(&f->arena), edges = buf_new(&f->arena);
    buf_puts(&resources, STORE("s"));
    for (unsigned i = 0; i < count; i++) {
        buf_printf(&resources,
                   ",{\"id\":\"Function/f%04u\",\"kind\":\"Function\",\"name\":\"f%04u\","
                   "\"arguments\":{},\"handler\":{\"file\":\"a.ts\",\"line\":4,\"column\":7,"
                   "\"export\":\"h\"},\"source\":{\"file\":\"a.ts\",\"line\":4,\"column\":1}}",
                   i, i);
        buf_printf(&edges,
                   "%s{\"from\":\"Function/f%04u\",\"to\":\"KVStore/s\",\"type\":\"call\","
                   "\"operation\":\"get\",\"evidence\":[]}",
                   i ? "," : "", i);
        if (i % 50 == 49)
            buf_printf(&edges,
                       ",{\"from\":\"Function/f%04u\",\"to\":\"Function/f%04u\",\"type\":\"read\","
                       "\"operation\":\"url\",\"evidence\":[]}",
                       i, i - 1);
    }
    return graph(f, str_cstr(&f->arena, buf_str(&resources)), str_cstr(&f->arena, buf_str(&edges)));
}

// What the main template gives to the nested one of that file.
static const cJSON *parameters_of(Fixture *f, Str file) {
    const cJSON *r;
    cJSON_ArrayForEach(r, at(f->template, "Resources")) {
        Str name = str_fmt(&f->arena, "template-%s.json", r->string);
        if (name.n == file.n && str_suggest(name, &file, 1).n)
            return at(r, "Properties/Parameters");
    }
    fail_msg("no stack for %.*s", STR_ARG(file));
    return NULL;
}

static void divided_templates_are_traced_as_one(void **state) {
    Fixture *f = *state;
    Str text = large(f, 300);
    assert_true(run(f, text));
    assert_true(f->out.nested.n > 1);
    Trace t = traced(f, read_graph(f, text));
    Lines template = {0}, mine = {0};
    add_template(f, &template, f->template, NULL);
    for (uint32_t i = 0; i < f->out.nested.n; i++) {
        const TemplateFile *nested = &f->out.nested.at[i];
        cJSON *json = cJSON_ParseWithLength(nested->json.p, nested->json.n);
        assert_non_null(json);
        add_template(f, &template, json, parameters_of(f, nested->file));
        cJSON_Delete(json);
    }
    add_trace(f, &mine, &t);
    assert_int_equal(mine.all.n, 300 * 3);
    same_lines(&template, &mine, "300 functions");
}

// ---- Edges --------------------------------------------------------------------------------------

static const TracePermission *permission(const Trace *t, const char *principal,
                                         const char *action) {
    for (uint32_t i = 0; i < t->permissions.n; i++)
        if (str_is(t->permissions.at[i].principal, principal) &&
            str_is(t->permissions.at[i].action, action))
            return &t->permissions.at[i];
    fail_msg("%s may not %s", principal, action);
    return NULL;
}

static const TraceVariable *variable(const Trace *t, const char *name) {
    for (uint32_t i = 0; i < t->variables.n; i++)
        if (str_is(t->variables.at[i].name, name))
            return &t->variables.at[i];
    fail_msg("no variable %s", name);
    return NULL;
}

static void permissions_know_the_first_edge_that_asks(void **state) {
    Fixture *f = *state;
    Arch *arch = read_graph(
        f, graph(f, STORE("s") "," FUNCTION("f", ""),
                 EDGE("Function/f", "KVStore/s", "call", "get") "," EDGE(
                     "Function/f", "KVStore/s", "call", "set") "," EDGE("Function/f", "KVStore/s",
                                                                        "read", "awsTableName")));
    Trace t = traced(f, arch);
    const TracePermission *get = permission(&t, "Function/f", "dynamodb:GetItem");
    assert_ptr_equal(get->edge, &arch->edges.at[0]);
    assert_true(str_is(get->role, "FunctionFRole"));
    assert_true(str_is(get->sid, "KVStoreS"));
    assert_true(str_is(get->resource, "{\"Fn::GetAtt\":[\"KVStoreS\",\"Arn\"]}"));
    assert_ptr_equal(permission(&t, "Function/f", "dynamodb:PutItem")->edge, &arch->edges.at[1]);
    assert_null(permission(&t, "Function/f", "logs:PutLogEvents")->edge);
    const TraceVariable *v = variable(&t, "PLUTO_KVSTORE_S_AWS_TABLE_NAME");
    assert_ptr_equal(v->edge, &arch->edges.at[0]);
    assert_true(str_is(v->value, "{\"Ref\":\"KVStoreS\"}"));
    Str both = trace_statement(&f->arena, &t, &arch->edges.at[1]);
    assert_true(str_contains(both, "dynamodb:GetItem") && str_contains(both, "dynamodb:PutItem"));
    assert_true(str_eq(both, trace_statement(&f->arena, &t, &arch->edges.at[0])));
    assert_int_equal(trace_statement(&f->arena, &t, &arch->edges.at[2]).n, 0);
}

static void a_signed_url_that_is_read_permits_calls_of_it(void **state) {
    Fixture *f = *state;
    Arch *arch =
        read_graph(f, graph(f, FUNCTION("f", "\"url\":\"iam\"") "," FUNCTION("g", "\"url\":false"),
                            EDGE("Function/g", "Function/f", "read", "url")));
    Trace t = traced(f, arch);
    const TracePermission *p = permission(&t, "Function/g", "lambda:InvokeFunction");
    assert_ptr_equal(p->edge, &arch->edges.at[0]);
    assert_true(str_is(p->condition, "{\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}"));
    Str statements = trace_statement(&f->arena, &t, &arch->edges.at[0]);
    assert_true(str_contains(statements, "\"FunctionFUrl\""));
    assert_true(str_contains(statements, "\"FunctionFUrlInvoke\""));
}

static void kinds_without_template_get_permissions_from_edges(void **state) {
    Fixture *f = *state;
    Arch *arch = read_graph(f, graph(f, RESOURCE("Queue", "q", "") "," FUNCTION("f", ""),
                                     EDGE("Function/f", "Queue/q", "call", "push")));
    Trace t = traced(f, arch);
    const TracePermission *p = permission(&t, "Function/f", "sqs:SendMessage");
    assert_int_equal(p->role.n, 0);
    assert_true(str_is(p->resource, "\"Queue/q\""));
    assert_ptr_equal(p->edge, &arch->edges.at[0]);
    assert_true(str_contains(trace_statement(&f->arena, &t, p->edge), "\"sqs:SendMessage\""));
    assert_false(diags_has_errors(f->diags));
}

// ---- Secrets and ways in ------------------------------------------------------------------------

static void nothing_that_looks_like_a_secret_gets_out(void **state) {
    Fixture *f = *state;
    f->settings.environment = (PairVec){0};
    Pair pair = {STR("FROM_SETTINGS"), STR("sk-"
                                           "ABCDEFGHIJ0123456789abcdefghij")};
    vec_push(&f->arena, &f->settings.environment, pair);
    Trace t = traced(
        f, read_graph(f, graph(f,
                               FUNCTION("f", "\"envs\":{\"A_KEY\":\"hf_"
                                             "ABCDEFGHIJ0123456789abcd\","
                                             "\"B_KEY\":{\"$env\":\"B_KEY\"},\"C_KEY\":{\"$or\":[{"
                                             "\"$env\":\"C_KEY\"},\"ghp_"
                                             "ABCDEFGHIJ0123456789ABCDEF"
                                             "GHIJ012345\"]}},\"allowPlaintextSecrets\":true"),
                               "")));
    assert_true(
        str_is(variable(&t, "A_KEY")->value, "\"(hidden: looks like a Hugging Face token)\""));
    assert_true(str_contains(variable(&t, "B_KEY")->value, "{\"Ref\":\"EnvBKey\"}"));
    assert_true(str_contains(variable(&t, "C_KEY")->value, "hidden"));
    assert_true(str_contains(variable(&t, "FROM_SETTINGS")->value, "hidden"));
    for (uint32_t i = 0; i < t.resources.n; i++)
        assert_false(str_contains(t.resources.at[i].json, "0123456789"));
}

static void ways_in_are_listed(void **state) {
    Fixture *f = *state;
    Trace t = traced(
        f,
        read_graph(
            f,
            graph(f,
                  FUNCTION("a", "") "," FUNCTION("b", "\"url\":\"iam\"") "," FUNCTION(
                      "c",
                      "\"url\":"
                      "false") "," RESOURCE("Router", "r",
                                            "") "," FUNCTION("h",
                                                             "") "," RESOURCE("Website", "w",
                                                                              "\"path\":\"dist\""),
                  ROUTE("r", "h", "all", "/x/:id"))));
    static const struct {
        const char *id, *what;
        bool anyone;
    } expected[] = {
        {"Function/a", "function URL", true},
        {"Function/b", "function URL", false},
        {"Router/r", "route ANY /x/:id", true},
        {"Website/w", "website", true},
    };
    assert_int_equal(t.exposures.n, sizeof expected / sizeof *expected);
    for (uint32_t i = 0; i < t.exposures.n; i++) {
        assert_true(str_is(t.exposures.at[i].id, expected[i].id));
        assert_true(str_is(t.exposures.at[i].what, expected[i].what));
        assert_int_equal(t.exposures.at[i].anyone, expected[i].anyone);
    }
}

static void what_cannot_be_lowered_is_left_out(void **state) {
    Fixture *f = *state;
    Arch *arch = read_graph(
        f, graph(f,
                 RESOURCE("SageMaker", "m",
                          "\"imageUri\":\"not an image\"") "," FUNCTION("f", "\"logRetention\":2"),
                 EDGE("Function/f", "SageMaker/m", "call", "invoke")));
    Trace t = traced(f, arch);
    assert_ptr_equal(permission(&t, "Function/f", "sagemaker:InvokeEndpoint")->edge,
                     &arch->edges.at[0]);
    assert_false(diags_has_errors(f->diags));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_golden_program_has_the_permissions_of_its_template),
        TEST(divided_templates_are_traced_as_one),
        TEST(permissions_know_the_first_edge_that_asks),
        TEST(a_signed_url_that_is_read_permits_calls_of_it),
        TEST(kinds_without_template_get_permissions_from_edges),
        TEST(nothing_that_looks_like_a_secret_gets_out),
        TEST(ways_in_are_listed),
        TEST(what_cannot_be_lowered_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
