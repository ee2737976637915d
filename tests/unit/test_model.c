// What names tell of models, machines, images and routes.

#include "tests/unit/fixture_generate.h"

#include "generator/cfn/image.h"
#include "generator/cfn/model.h"
#include "generator/cfn/route.h"

static const struct {
    const char *id;
    double billions;
} MODELS[] = {
    {"meta-llama/Llama-2-7b-chat-hf", 7},
    {"meta-llama/Llama-2-70b-chat-hf", 70},
    {"TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1.1},
    {"mistralai/Mixtral-8x7B-Instruct-v0.1", 56},
    {"bigscience/bloom-560m", 0.56},
    {"Qwen/Qwen2.5-0.5B", 0.5},
    {"openai-community/gpt2", 0},
    {"google/gemma-2b-it", 2},
    {"org/model-7bit", 0},
    {"", 0},
};

static void sizes_of_models(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof MODELS / sizeof *MODELS; i++) {
        double got = model_billions(str_of(MODELS[i].id));
        if (got < MODELS[i].billions - 1e-9 || got > MODELS[i].billions + 1e-9)
            fail_msg("%s: %g", MODELS[i].id, got);
    }
    assert_int_equal(model_timeout(7), 900);
    assert_int_equal(model_timeout(70), 3600);
    assert_true(model_timeout(0) >= 600 && model_timeout(0) <= 3600);
}

static const struct {
    const char *type;
    unsigned gpus;
    bool valid;
} MACHINES[] = {
    {"ml.m5.xlarge", 0, true},   {"ml.g5.2xlarge", 1, true},   {"ml.g5.12xlarge", 4, true},
    {"ml.g5.48xlarge", 8, true}, {"ml.p4d.24xlarge", 8, true}, {"ml.g4dn.12xlarge", 4, true},
    {"ml.p5.48xlarge", 8, true}, {"ml.inf2.xlarge", 0, true},  {"g5.2xlarge", 0, false},
    {"ml.g5", 0, false},         {"ml.g5.2xlarge.", 1, false}, {"ML.G5.XLARGE", 0, false},
};

static void gpus_of_machines(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++) {
        Str type = str_of(MACHINES[i].type);
        if (instance_type_valid(type) != MACHINES[i].valid)
            fail_msg("%s: is%s valid", MACHINES[i].type, MACHINES[i].valid ? " not" : "");
        if (MACHINES[i].valid && instance_gpus(type) != MACHINES[i].gpus)
            fail_msg("%s: %u GPUs", MACHINES[i].type, instance_gpus(type));
    }
}

#define SHARED_IMAGE "763104351884.dkr.ecr.us-east-1.amazonaws.com/tgi:2.1.1-gpu"
#define OWN_IMAGE "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/model@sha256:0123abcd"
#define MODEL(image) RESOURCE("SageMaker", "m", "\"imageUri\":\"" image "\"")

static void addresses_of_images(void **state) {
    (void)state;
    Image i;
    assert_true(image_parse(STR(SHARED_IMAGE), &i));
    assert_true(i.shared);
    assert_true(str_is(i.repository, "tgi") && str_is(i.version, ":2.1.1-gpu"));
    assert_true(image_parse(STR(OWN_IMAGE), &i));
    assert_false(i.shared);
    assert_true(str_is(i.repository, "team/model") && str_is(i.version, "@sha256:0123abcd"));
    assert_true(image_parse(STR("727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/x"), &i));
    assert_false(image_parse(STR("docker.io/library/x:1"), &i));
    assert_false(image_parse(STR("12345.dkr.ecr.us-east-1.amazonaws.com/x"), &i));
    assert_false(image_parse(STR("123456789012.dkr.ecr.us-east-1.amazonaws.com/"), &i));
    assert_false(image_parse(STR("123456789012.dkr.ecr.us-${x}.amazonaws.com/x"), &i));
}

static const char *const IMAGE_PATH = "SageMakerMModel/Properties/PrimaryContainer/Image";

static void a_shared_image_moves_with_the_stack(void **state) {
    Fixture *f = *state;
    f->settings.region = STR("eu-south-1");
    assert_true(run(f, graph(f, MODEL(SHARED_IMAGE), "")));
    assert_string_equal(text_at(f, IMAGE_PATH),
                        "\"692866216735.dkr.ecr.eu-south-1.amazonaws.com/tgi:2.1.1-gpu\"");
    f->settings.region = STR("cn-north-1");
    assert_true(run(f, graph(f, MODEL(SHARED_IMAGE), "")));
    assert_string_equal(text_at(f, IMAGE_PATH),
                        "\"727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/tgi:2.1.1-gpu\"");
}

static void without_a_region_it_is_looked_up(void **state) {
    Fixture *f = *state;
    assert_true(run(f, graph(f, MODEL(SHARED_IMAGE), "")));
    assert_non_null(strstr(text_at(f, IMAGE_PATH), "Fn::FindInMap"));
    assert_non_null(at(f->template, "Mappings/DeepLearningContainers/af-south-1/Account"));
}

static void an_own_image_stays_where_it_is(void **state) {
    Fixture *f = *state;
    f->settings.region = STR("us-east-1");
    assert_true(run(f, graph(f, MODEL(OWN_IMAGE), "")));
    assert_string_equal(text_at(f, IMAGE_PATH), "\"" OWN_IMAGE "\"");
    f->settings.region = STR("eu-west-1");
    assert_false(run(f, graph(f, MODEL(OWN_IMAGE), "")));
    assert_true(str_contains(said(f), "P0505"));
}

static const struct {
    const char *method, *path, *key, *arn;
} ROUTES[] = {
    {"get", "/", "GET /", "GET/"},
    {"post", "/users", "POST /users", "POST/users"},
    {"get", "/users/:id/files/*", "GET /users/{id}/files/{proxy+}",
     "GET/users/{id}/files/{proxy+}"},
    {"all", "/*", "ANY /{proxy+}", "*/{proxy+}"},
    {"get", "users", NULL, NULL},
    {"get", "", NULL, NULL},
    {"get", "/a b", NULL, NULL},
    {"get", "/*/a", NULL, NULL},
    {"get", "/:", NULL, NULL},
    {"get", "/${AWS::AccountId}", NULL, NULL},
    {"get", "/{id}", NULL, NULL},
};

static void routes(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++) {
        Route r;
        const char *problem = NULL;
        bool ok = route_parse(&a, str_of(ROUTES[i].method), str_of(ROUTES[i].path), &r, &problem);
        assert_int_equal(ok, ROUTES[i].key != NULL);
        if (!ok)
            continue;
        assert_string_equal(str_cstr(&a, r.key), ROUTES[i].key);
        assert_string_equal(str_cstr(&a, r.arn_tail), ROUTES[i].arn);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_of_models),
        cmocka_unit_test(gpus_of_machines),
        cmocka_unit_test(addresses_of_images),
        cmocka_unit_test_setup_teardown(a_shared_image_moves_with_the_stack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_region_it_is_looked_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_own_image_stays_where_it_is, set_up, tear_down),
        cmocka_unit_test(routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
