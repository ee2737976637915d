// From graphs to templates: what each kind of resource becomes, what a role may do, what is
// refused.

#include "tests/unit/fixture_generate.h"

#include "generator/cfn/env.h"

#define STORE(name) RESOURCE("KVStore", name, "")
#define ROUTER(name) RESOURCE("Router", name, "")
#define IMAGE "763104351884.dkr.ecr.us-east-1.amazonaws.com/tgi:2.1"
#define MODEL(name, options)                                                                       \
    RESOURCE("SageMaker", name, "\"imageUri\":\"" IMAGE "\",\"options\":{" options "}")
#define FIRST_POLICY "/Properties/Policies/0/PolicyDocument/Statement"

static bool accepts(Fixture *f, const char *resources, const char *edges) {
    bool ok = run(f, graph(f, resources, edges));
    if (!ok)
        print_error("%s", str_cstr(&f->arena, said(f)));
    return ok;
}

static bool refuses(Fixture *f, const char *resources, const char *edges, const char *code) {
    return !run(f, graph(f, resources, edges)) && str_contains(said(f), code);
}

static void is(Fixture *f, const char *path, const char *json) {
    assert_string_equal(text_at(f, path), json);
}

static void has(Fixture *f, const char *path, const char *piece) {
    if (!strstr(text_at(f, path), piece))
        fail_msg("%s is %s, without %s", path, text_at(f, path), piece);
}

// ---- Functions ----------------------------------------------------------------------------------

static void a_function_has_defaults(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", ""), ""));
    is(f, "FunctionF/Properties/FunctionName", "\"shop-dev-f\"");
    is(f, "FunctionF/Properties/Runtime", "\"nodejs24.x\"");
    is(f, "FunctionF/Properties/MemorySize", "512");
    is(f, "FunctionF/Properties/Timeout", "600");
    is(f, "FunctionF/Properties/Architectures", "[\"x86_64\"]");
    is(f, "FunctionFLogs/Properties/RetentionInDays", "30");
    is(f, "FunctionF/Metadata/pluto", "{\"id\":\"Function/f\",\"source\":\"a.ts:4:1\"}");
    is(f, "FunctionF/Properties/Environment",
       "{\"Variables\":{\"AWS_LAMBDA_EXEC_WRAPPER\":\"/var/task/pluto/start\"}}");
    assert_int_equal(f->out.code.n, 1);
    assert_true(str_is(f->out.code.at[0].parameter, "FunctionFCodeKey"));
}

static void options_win_over_settings(void **state) {
    Fixture *f = *state;
    f->settings = (GenerateSettings){.memory = 1024,
                                     .timeout = 60,
                                     .log_retention = 7,
                                     .architecture = STR("arm64"),
                                     .runtime = STR("nodejs22.x")};
    assert_true(
        accepts(f, FUNCTION("f", "") "," FUNCTION("g", "\"memory\":256,\"timeout\":5"), ""));
    is(f, "FunctionF/Properties/MemorySize", "1024");
    is(f, "FunctionF/Properties/Architectures", "[\"arm64\"]");
    is(f, "FunctionFLogs/Properties/RetentionInDays", "7");
    is(f, "FunctionG/Properties/MemorySize", "256");
    is(f, "FunctionG/Properties/Timeout", "5");
}

static void a_public_url_has_both_permissions(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", ""), ""));
    is(f, "FunctionFUrl/Properties/AuthType", "\"NONE\"");
    is(f, "FunctionFUrlPermission/Properties/FunctionUrlAuthType", "\"NONE\"");
    is(f, "FunctionFUrlInvokePermission/Properties/Action", "\"lambda:InvokeFunction\"");
    is(f, "FunctionFUrlInvokePermission/Properties/InvokedViaFunctionUrl", "true");
}

static void urls_can_be_closed(void **state) {
    Fixture *f = *state;
    assert_true(
        accepts(f, FUNCTION("f", "\"url\":\"iam\"") "," FUNCTION("g", "\"url\":false"), ""));
    is(f, "FunctionFUrl/Properties/AuthType", "\"AWS_IAM\"");
    is(f, "FunctionFUrlPermission", "");
    is(f, "FunctionGUrl", "");
}

static void a_reader_of_a_closed_url_may_call_it(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", "\"url\":\"iam\"") "," FUNCTION("g", ""),
                        EDGE("Function/g", "Function/f", "read", "url")));
    has(f, "FunctionGRole" FIRST_POLICY, "lambda:InvokeFunctionUrl");
    has(f, "FunctionGRole" FIRST_POLICY, "lambda:InvokedViaFunctionUrl");
    has(f, "FunctionG/Properties/Environment/Variables/PLUTO_FUNCTION_F_URL", "FunctionFUrl");
}

static void functions_may_call_each_other(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", "") "," FUNCTION("g", ""),
                        EDGE("Function/f", "Function/g", "call",
                             "invoke") "," EDGE("Function/g", "Function/f", "call", "invoke")));
    has(f, "FunctionFRole" FIRST_POLICY "/1", "function:shop-dev-g\"");
    has(f, "FunctionGRole" FIRST_POLICY "/1", "function:shop-dev-f\"");
}

static void functions_may_not_wait_for_each_other(void **state) {
    Fixture *f = *state;
    assert_true(refuses(f, FUNCTION("f", "") "," FUNCTION("g", ""),
                        EDGE("Function/f", "Function/g", "read",
                             "url") "," EDGE("Function/g", "Function/f", "read", "url"),
                        "P0502"));
    assert_true(str_contains(said(f), "`Function/f` reads `url` of `Function/g`"));
}

static void nor_for_themselves(void **state) {
    Fixture *f = *state;
    assert_true(
        refuses(f, FUNCTION("f", ""), EDGE("Function/f", "Function/f", "read", "url"), "P0502"));
}

static void logs_are_kept_for_days_that_exist(void **state) {
    Fixture *f = *state;
    assert_true(refuses(f, FUNCTION("f", "\"logRetention\":31"), "", "P0308"));
}

// ---- Environment --------------------------------------------------------------------------------

static void names_of_variables(void **state) {
    (void)state;
    assert_int_equal(env_name(STR("MY_KEY")), ENV_FREE);
    assert_int_equal(env_name(STR("AWS_REGION")), ENV_RESERVED);
    assert_int_equal(env_name(STR("_HANDLER")), ENV_RESERVED);
    assert_int_equal(env_name(STR("PLUTO_X")), ENV_OURS);
    assert_int_equal(env_name(STR("1A")), ENV_MALFORMED);
    assert_int_equal(env_name(STR("A-B")), ENV_MALFORMED);
    assert_int_equal(env_name(STR("A")), ENV_MALFORMED);
}

static void what_the_deployer_sets_is_a_hidden_parameter(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", "\"envs\":{\"MY_KEY\":{\"$env\":\"THEIR_KEY\"}}"), ""));
    is(f, "FunctionF/Properties/Environment/Variables/MY_KEY",
       "{\"Fn::If\":[\"HasEnvTheirKey\",{\"Ref\":\"EnvTheirKey\"},{\"Ref\":\"AWS::NoValue\"}]}");
    assert_true(cJSON_IsTrue(at(f->template, "Parameters/EnvTheirKey/NoEcho")));
    assert_string_equal(at(f->template, "Metadata/pluto/variables/EnvTheirKey")->valuestring,
                        "THEIR_KEY");
}

static void a_fallback_stands_beside_it(void **state) {
    Fixture *f = *state;
    assert_true(accepts(
        f, FUNCTION("f", "\"envs\":{\"KEY\":{\"$or\":[{\"$env\":\"KEY\"},\"none\"]}}"), ""));
    is(f, "FunctionF/Properties/Environment/Variables/KEY",
       "{\"Fn::If\":[\"HasEnvKey\",{\"Ref\":\"EnvKey\"},\"none\"]}");
}

static void what_the_handler_reads_is_taken_along(void **state) {
    Fixture *f = *state;
    const char *r =
        "{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{\"options\":{"
        "\"envs\":{\"MINE\":\"1\"}}},\"handler\":{\"file\":\"a.ts\",\"line\":4,\"column\":7,"
        "\"export\":\"h\"},\"environment\":[\"AWS_REGION\",\"MINE\",\"PATH\",\"THEIRS\"],"
        "\"source\":{\"file\":\"a.ts\",\"line\":4,\"column\":1}}";
    assert_true(accepts(f, r, ""));
    is(f, "FunctionF/Properties/Environment/Variables/MINE", "\"1\"");
    has(f, "FunctionF/Properties/Environment/Variables", "HasEnvTheirs");
    is(f, "FunctionF/Properties/Environment/Variables/PATH", "");
    is(f, "FunctionF/Properties/Environment/Variables/AWS_REGION", "");
}

static void reserved_names_are_refused(void **state) {
    Fixture *f = *state;
    assert_true(refuses(f, FUNCTION("f", "\"envs\":{\"AWS_REGION\":\"x\"}"), "", "P0506"));
}

static void a_large_environment_is_refused(void **state) {
    Fixture *f = *state;
    Buf b = buf_new(&f->arena);
    buf_pad(&b, 'x', 4096);
    Str r = str_fmt(&f->arena,
                    "{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{"
                    "\"options\":{\"envs\":{\"SMALL\":\"1\",\"LARGE\":\"%.*s\"}}},\"handler\":{"
                    "\"file\":\"a.ts\",\"line\":4,\"column\":7,\"export\":\"h\"},\"source\":{"
                    "\"file\":\"a.ts\",\"line\":4,\"column\":1}}",
                    STR_ARG(buf_str(&b)));
    assert_true(refuses(f, str_cstr(&f->arena, r), "", "P0503"));
    assert_true(str_contains(said(f), "4151 bytes, Lambda allows 4096"));
    assert_true(str_contains(said(f), "`LARGE`"));
}

// ---- Grants -------------------------------------------------------------------------------------

static void operations_of_one_resource_are_one_statement(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, STORE("s") "," STORE("t") "," FUNCTION("f", ""),
                        EDGE("Function/f", "KVStore/s", "call",
                             "get") "," EDGE("Function/f", "KVStore/s", "call", "set")));
    is(f, "FunctionFRole" FIRST_POLICY "/1/Action", "[\"dynamodb:GetItem\",\"dynamodb:PutItem\"]");
    is(f, "FunctionFRole" FIRST_POLICY "/1/Resource", "{\"Fn::GetAtt\":[\"KVStoreS\",\"Arn\"]}");
    is(f, "FunctionFRole" FIRST_POLICY "/2", "");
}

static void a_function_without_edges_may_write_its_log(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, FUNCTION("f", ""), ""));
    is(f, "FunctionFRole" FIRST_POLICY "/0/Action",
       "[\"logs:CreateLogStream\",\"logs:PutLogEvents\"]");
    has(f, "FunctionFRole" FIRST_POLICY "/0/Resource", "/aws/lambda/shop-dev-f:log-stream:*\"");
    is(f, "FunctionFRole" FIRST_POLICY "/1", "");
    is(f, "FunctionFRole/Properties/ManagedPolicyArns", "");
}

static void an_endpoint_is_permitted_by_its_reference(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, MODEL("m", "") "," FUNCTION("f", ""),
                        EDGE("Function/f", "SageMaker/m", "call", "invoke")));
    is(f, "FunctionFRole" FIRST_POLICY "/1/Action", "\"sagemaker:InvokeEndpoint\"");
    is(f, "FunctionFRole" FIRST_POLICY "/1/Resource", "{\"Ref\":\"SageMakerM\"}");
    has(f, "FunctionF/Properties/Environment/Variables/PLUTO_SAGEMAKER_M_ENDPOINT_NAME",
        "{\"Ref\":\"SageMakerM\"}");
}

static void policies_have_a_size(void **state) {
    Fixture *f = *state;
    Buf resources = buf_new(&f->arena);
    Buf edges = buf_new(&f->arena);
    buf_puts(&resources, FUNCTION("f", ""));
    for (unsigned i = 0; i < 100; i++) {
        buf_printf(&resources,
                   ",{\"id\":\"KVStore/s%03u\",\"kind\":\"KVStore\",\"name\":\"s%03u\","
                   "\"arguments\":{},\"source\":{\"file\":\"a.ts\",\"line\":9,\"column\":1}}",
                   i, i);
        buf_printf(&edges,
                   "%s{\"from\":\"Function/f\",\"to\":\"KVStore/s%03u\",\"type\":\"call\","
                   "\"operation\":\"get\",\"evidence\":[]}",
                   i ? "," : "", i);
    }
    buf_putc(&resources, 0);
    buf_putc(&edges, 0);
    assert_true(refuses(f, buf_str(&resources).p, buf_str(&edges).p, "P0503"));
    assert_true(str_contains(said(f), "101 statements"));
}

// ---- The other kinds ----------------------------------------------------------------------------

static void a_model_gets_what_its_machine_needs(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f,
                        MODEL("m", "\"instanceType\":\"ml.g5.12xlarge\",\"envs\":{\"HF_MODEL_ID\":"
                                   "\"meta-llama/Llama-2-70b-chat-hf\",\"HF_TOKEN\":{\"$env\":"
                                   "\"TOKEN\"}}"),
                        ""));
    const char *env = "SageMakerMModel/Properties/PrimaryContainer/Environment";
    has(f, env, "\"SM_NUM_GPUS\":\"4\"");
    has(f, env, "\"HUGGING_FACE_HUB_TOKEN\":{\"Fn::If\"");
    has(f, "SageMakerMConfig/Properties/ProductionVariants/0",
        "\"ContainerStartupHealthCheckTimeoutInSeconds\":3600");
    is(f, "SageMakerM/Properties/EndpointName", "\"shop-dev-m\"");
    is(f, "SageMakerMModel/Properties/ModelName", "");
    is(f, "SageMakerMModel/Properties/EnableNetworkIsolation", "false");
    is(f, "SageMakerMRole/Properties/ManagedPolicyArns", "");
}

static void data_in_s3_is_read_and_the_network_shut(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, MODEL("m", "\"modelData\":\"s3://my-models/a/b.tar.gz\""), ""));
    is(f, "SageMakerMModel/Properties/PrimaryContainer/ModelDataUrl",
       "\"s3://my-models/a/b.tar.gz\"");
    is(f, "SageMakerMModel/Properties/EnableNetworkIsolation", "true");
    has(f, "SageMakerMRole" FIRST_POLICY, "s3:::my-models/a/b.tar.gz\"");
    assert_true(refuses(f, MODEL("m", "\"modelData\":\"/tmp/model\""), "", "P0301"));
}

static void several_variants_share_an_endpoint(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f,
                        MODEL("m", "\"variants\":[{\"name\":\"old\",\"weight\":9},{\"name\":"
                                   "\"new\",\"instanceType\":\"ml.g5.xlarge\","
                                   "\"instanceCount\":2}]"),
                        ""));
    has(f, "SageMakerMConfig/Properties/ProductionVariants/0", "\"InitialVariantWeight\":9");
    has(f, "SageMakerMConfig/Properties/ProductionVariants/1", "\"InitialInstanceCount\":2");
    assert_true(
        refuses(f, MODEL("m", "\"variants\":[{\"name\":\"a\"},{\"name\":\"a\"}]"), "", "P0303"));
}

static void a_store_keeps_its_data(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, STORE("users"), ""));
    is(f, "KVStoreUsers/UpdateReplacePolicy", "\"Retain\"");
    is(f, "KVStoreUsers/Properties/TableName", "");
    is(f, "KVStoreUsers/Properties/BillingMode", "\"PAY_PER_REQUEST\"");
}

static void a_route_permits_itself(void **state) {
    Fixture *f = *state;
    assert_true(
        accepts(f, ROUTER("api") "," FUNCTION("h", ""), ROUTE("api", "h", "get", "/users/:id")));
    is(f, "FunctionHRoute/Properties/RouteKey", "\"GET /users/{id}\"");
    has(f, "FunctionHRoutePermission/Properties/SourceArn", "${Api}/$default/GET/users/{id}\"");
    is(f, "FunctionHUrl", "");
    is(f, "FunctionH/Properties/Timeout", "30");
}

static void routes_are_unique(void **state) {
    Fixture *f = *state;
    assert_true(
        refuses(f, ROUTER("api") "," FUNCTION("g", "") "," FUNCTION("h", ""),
                ROUTE("api", "g", "get", "/users/:id") "," ROUTE("api", "h", "get", "/users/:name"),
                "P0309"));
}

static void cors(void **state) {
    Fixture *f = *state;
    const char *own = RESOURCE("Router", "r",
                               "\"options\":{\"cors\":{\"origins\":[\"https://a.example\"],"
                               "\"credentials\":true}}");
    assert_true(accepts(f, own, ""));
    has(f, "RouterR/Properties/CorsConfiguration", "\"AllowOrigins\":[\"https://a.example\"]");
    assert_true(accepts(f, RESOURCE("Router", "r", "\"options\":{\"cors\":false}"), ""));
    is(f, "RouterR/Properties/CorsConfiguration", "");
    assert_true(refuses(f, RESOURCE("Router", "r", "\"options\":{\"cors\":{\"orgins\":\"*\"}}"), "",
                        "P0302"));
    assert_true(str_contains(said(f), "`origins`"));
}

static void credentials_need_origins(void **state) {
    Fixture *f = *state;
    assert_true(refuses(f, RESOURCE("Router", "r", "\"options\":{\"cors\":{\"credentials\":true}}"),
                        "", "P0308"));
}

static void other_kinds_have_no_template_yet(void **state) {
    Fixture *f = *state;
    assert_true(refuses(f, RESOURCE("Queue", "jobs", ""), "", "P0501"));
    assert_true(str_contains(said(f), "a.ts:3:5"));
}

// ---- The same input, the same template ----------------------------------------------------------

static void order_does_not_matter_to_resources(void **state) {
    Fixture *f = *state;
    assert_true(accepts(f, STORE("s") "," FUNCTION("f", "") "," FUNCTION("g", ""),
                        EDGE("Function/f", "KVStore/s", "call", "get")));
    cJSON *first = cJSON_Duplicate(cJSON_GetObjectItem(f->template, "Resources"), true);
    assert_true(accepts(f, FUNCTION("g", "") "," FUNCTION("f", "") "," STORE("s"),
                        EDGE("Function/f", "KVStore/s", "call", "get")));
    assert_true(cJSON_Compare(first, cJSON_GetObjectItem(f->template, "Resources"), true));
    cJSON_Delete(first);
}

static void grants_for_people(void **state) {
    Fixture *f = *state;
    Str text = graph(f, MODEL("m", "") "," FUNCTION("f", ""),
                     EDGE("Function/f", "SageMaker/m", "call", "invoke"));
    Arch *arch = arch_from_json(&f->arena, text, STR("arch.json"), &kind_table, f->diags);
    Str grant = grant_text(&f->arena, arch, &kind_table, &arch->edges.at[0]);
    assert_string_equal(str_cstr(&f->arena, grant),
                        "sagemaker:InvokeEndpoint on endpoint/shop-dev-m");
}

static void the_page_of_permissions_is_current(void **state) {
    Fixture *f = *state;
    Str page;
    Err err;
    Host *host = host_posix();
    assert_true(
        host->read_file(host, &f->arena, STR("docs/permissions.md"), 1u << 20, &page, &err));
    Str made = permissions_markdown(&f->arena, &kind_table);
    assert_string_equal(str_cstr(&f->arena, page), str_cstr(&f->arena, made));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_function_has_defaults),
        TEST(options_win_over_settings),
        TEST(a_public_url_has_both_permissions),
        TEST(urls_can_be_closed),
        TEST(a_reader_of_a_closed_url_may_call_it),
        TEST(functions_may_call_each_other),
        TEST(functions_may_not_wait_for_each_other),
        TEST(nor_for_themselves),
        TEST(logs_are_kept_for_days_that_exist),
        TEST(names_of_variables),
        TEST(what_the_deployer_sets_is_a_hidden_parameter),
        TEST(a_fallback_stands_beside_it),
        TEST(what_the_handler_reads_is_taken_along),
        TEST(reserved_names_are_refused),
        TEST(a_large_environment_is_refused),
        TEST(operations_of_one_resource_are_one_statement),
        TEST(a_function_without_edges_may_write_its_log),
        TEST(an_endpoint_is_permitted_by_its_reference),
        TEST(policies_have_a_size),
        TEST(a_model_gets_what_its_machine_needs),
        TEST(data_in_s3_is_read_and_the_network_shut),
        TEST(several_variants_share_an_endpoint),
        TEST(a_store_keeps_its_data),
        TEST(a_route_permits_itself),
        TEST(routes_are_unique),
        TEST(cors),
        TEST(credentials_need_origins),
        TEST(other_kinds_have_no_template_yet),
        TEST(order_does_not_matter_to_resources),
        TEST(grants_for_people),
        TEST(the_page_of_permissions_is_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
