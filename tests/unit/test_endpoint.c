// Where services are: botocore's tables (tests/data/aws-endpoints.json, aws-endpoint-urls.json),
// the partitions that they lack, buckets, and where credentials do not go.

#include "adapters/aws/endpoint.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static cJSON *data(Arena *a, const char *path) {
    Str text;
    Err err = {0};
    Host *host = host_posix();
    assert_true(host->read_file(host, a, str_of(path), 1 << 20, &text, &err));
    cJSON *json = cJSON_ParseWithLength(text.p, text.n);
    assert_non_null(json);
    return json;
}

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool flag_of(const cJSON *object, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

// ---- botocore's tables -------------------------------------------------------------------------

static AwsService service_named(const char *name) {
    static const struct {
        const char *name;
        AwsService service;
    } names[] = {{"cloudformation", AWS_CLOUDFORMATION},
                 {"ecr", AWS_ECR},
                 {"iam", AWS_IAM},
                 {"lambda", AWS_LAMBDA},
                 {"logs", AWS_LOGS},
                 {"s3", AWS_S3},
                 {"sagemaker", AWS_SAGEMAKER},
                 {"sagemaker-runtime", AWS_SAGEMAKER_RUNTIME},
                 {"service-quotas", AWS_SERVICE_QUOTAS},
                 {"ssm", AWS_SSM},
                 {"sts", AWS_STS}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].service;
    fail_msg("no service %s", name);
    return AWS_S3;
}

static void check_row(const char *service, const cJSON *row) {
    Arena a;
    Err err = {0};
    Endpoint e;
    arena_init(&a);
    EndpointQuery q = {.service = service_named(service),
                       .region = str_of(text_of(row, "region")),
                       .custom = str_of(text_of(row, "custom")),
                       .fips = flag_of(row, "fips"),
                       .dual_stack = flag_of(row, "dual")};
    bool found = endpoint_find(&a, &q, &e, &err);
    if (!q.region.n) {
        // Without a region nothing can be signed, whatever else is set.
        assert_false(found);
    } else if (q.custom.n && q.fips) {
        // As botocore has it: nobody is sent past FIPS without noticing.
        assert_non_null(strstr(text_of(row, "error"), "FIPS and custom"));
        assert_false(found);
        assert_non_null(strstr(err.hint, "AWS_USE_FIPS_ENDPOINT"));
    } else if (q.custom.n) {
        // What is set by hand is where it goes; dual stack is AWS's own matter.
        assert_true(found);
        assert_true(str_eq(e.base, q.custom));
    } else {
        assert_true(found);
        if (!str_is(e.base, text_of(row, "url")))
            fail_msg("%s in %.*s: %.*s, should be %s", service, STR_ARG(q.region), STR_ARG(e.base),
                     text_of(row, "url"));
        Str signs = str_of(text_of(row, "signs"));
        assert_true(str_eq(e.region, signs.n ? signs : q.region));
        assert_true(str_eq(str_cat(&a, STR("https://"), e.host), e.base));
        assert_false(e.local);
    }
    arena_release(&a);
}

static void botocore_hosts(void **state) {
    Arena a;
    int count = 0;
    (void)state;
    arena_init(&a);
    cJSON *all = data(&a, "tests/data/aws-endpoints.json");
    for (const cJSON *service = all->child; service; service = service->next)
        for (const cJSON *row = service->child; row; row = row->next, count++)
            check_row(service->string, row);
    assert_int_equal(count, 526);
    cJSON_Delete(all);
    arena_release(&a);
}

// What botocore 1.44 gives where the tables have nothing.
static void other_hosts(void **state) {
    static const struct {
        AwsService service;
        const char *region;
        bool fips, dual;
        const char *host, *signs;
    } cases[] = {
        {AWS_S3, "us-east-1", false, false, "s3.us-east-1.amazonaws.com", "us-east-1"},
        {AWS_S3, "eu-west-1", false, true, "s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"},
        {AWS_S3, "us-west-2", true, false, "s3-fips.us-west-2.amazonaws.com", "us-west-2"},
        {AWS_S3, "us-west-2", true, true, "s3-fips.dualstack.us-west-2.amazonaws.com", "us-west-2"},
        {AWS_S3, "cn-north-1", false, false, "s3.cn-north-1.amazonaws.com.cn", "cn-north-1"},
        {AWS_IAM, "eu-west-1", false, false, "iam.amazonaws.com", "us-east-1"},
        {AWS_IAM, "eu-west-1", true, false, "iam-fips.amazonaws.com", "us-east-1"},
        {AWS_IAM, "eu-west-1", false, true, "iam.global.api.aws", "us-east-1"},
        {AWS_IAM, "cn-northwest-1", false, false, "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
        {AWS_IAM, "us-gov-east-1", false, false, "iam.us-gov.amazonaws.com", "us-gov-west-1"},
        {AWS_IAM, "us-iso-west-1", false, false, "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
        {AWS_IAM, "eusc-de-east-1", false, false, "iam.eusc-de-east-1.amazonaws.eu",
         "eusc-de-east-1"},
        {AWS_SAGEMAKER, "us-east-1", true, false, "api-fips.sagemaker.us-east-1.amazonaws.com",
         "us-east-1"},
        {AWS_SAGEMAKER, "us-east-1", true, true, "api.sagemaker-fips.us-east-1.api.aws",
         "us-east-1"},
        {AWS_SAGEMAKER, "us-gov-west-1", true, false,
         "api-fips.sagemaker.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
        {AWS_SAGEMAKER, "eusc-de-east-1", false, false, "api.sagemaker.eusc-de-east-1.amazonaws.eu",
         "eusc-de-east-1"},
        {AWS_SERVICE_QUOTAS, "ca-central-1", false, false,
         "servicequotas.ca-central-1.amazonaws.com", "ca-central-1"},
        {AWS_SERVICE_QUOTAS, "us-gov-west-1", true, false,
         "servicequotas.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
        {AWS_PRICING, "eu-west-1", false, false, "api.pricing.us-east-1.amazonaws.com",
         "us-east-1"},
        {AWS_PRICING, "eu-central-1", false, false, "api.pricing.eu-central-1.amazonaws.com",
         "eu-central-1"},
        {AWS_PRICING, "cn-north-1", false, false, "api.pricing.cn-northwest-1.amazonaws.com.cn",
         "cn-northwest-1"},
        {AWS_ECR, "us-east-1", false, false, "api.ecr.us-east-1.amazonaws.com", "us-east-1"},
        {AWS_ECR, "us-east-1", true, false, "api.ecr-fips.us-east-1.amazonaws.com", "us-east-1"},
        {AWS_ECR, "us-east-1", false, true, "ecr.us-east-1.api.aws", "us-east-1"},
        {AWS_SSM, "us-gov-east-1", true, false, "ssm.us-gov-east-1.amazonaws.com", "us-gov-east-1"},
        {AWS_SSM, "eusc-de-east-1", false, true, "ssm.eusc-de-east-1.api.amazonwebservices.eu",
         "eusc-de-east-1"},
        {AWS_APIGATEWAY, "eu-west-1", false, false, "apigateway.eu-west-1.amazonaws.com",
         "eu-west-1"},
        {AWS_APIGATEWAY, "us-gov-west-1", true, true, "apigateway-fips.us-gov-west-1.api.aws",
         "us-gov-west-1"},
        {AWS_APIGATEWAY, "cn-north-1", false, true,
         "apigateway.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"},
        {AWS_LAMBDA, "eu-isoe-west-1", false, true, "lambda.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
         "eu-isoe-west-1"},
        {AWS_LAMBDA, "us-isof-south-1", false, true, "lambda.us-isof-south-1.api.aws.hci.ic.gov",
         "us-isof-south-1"},
        {AWS_CLOUDFORMATION, "us-isof-south-1", true, false,
         "cloudformation-fips.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"},
        {AWS_STS, "eusc-de-east-1", false, false, "sts.eusc-de-east-1.amazonaws.eu",
         "eusc-de-east-1"},
        {AWS_STS, "xx-future-9", false, false, "sts.xx-future-9.amazonaws.com", "xx-future-9"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        Err err = {0};
        Endpoint e;
        arena_init(&a);
        EndpointQuery q = {.service = cases[i].service,
                           .region = str_of(cases[i].region),
                           .fips = cases[i].fips,
                           .dual_stack = cases[i].dual};
        assert_true(endpoint_find(&a, &q, &e, &err));
        if (!str_is(e.host, cases[i].host) || !str_is(e.region, cases[i].signs))
            fail_msg("%.*s for %.*s, should be %s for %s", STR_ARG(e.host), STR_ARG(e.region),
                     cases[i].host, cases[i].signs);
        arena_release(&a);
    }
}

static void partitions(void **state) {
    static const char *const cases[][3] = {
        {"us-east-1", "aws", "amazonaws.com"},
        {"mx-central-1", "aws", "amazonaws.com"},
        {"cn-north-1", "aws-cn", "amazonaws.com.cn"},
        {"us-gov-west-1", "aws-us-gov", "amazonaws.com"},
        {"us-iso-east-1", "aws-iso", "c2s.ic.gov"},
        {"us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"},
        {"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"},
        {"us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"},
        {"eusc-de-east-1", "aws-eusc", "amazonaws.eu"},
        {"", "aws", "amazonaws.com"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Partition *p = partition_of(str_of(cases[i][0]));
        assert_string_equal(p->name, cases[i][1]);
        assert_string_equal(p->dns_suffix, cases[i][2]);
    }
}

// ---- Hosts by hand, buckets ---------------------------------------------------------------------

static void styles(void **state) {
    static const struct {
        const char *style, *custom, *bucket, *base, *path;
    } cases[] = {
        {"path", "", "b-1", "https://s3.eu-west-1.amazonaws.com", "/b-1"},
        {"virtual", "", "b-1", "https://b-1.s3.eu-west-1.amazonaws.com", ""},
        {"auto", "", "b-1", "https://b-1.s3.eu-west-1.amazonaws.com", ""},
        {"auto", "https://s3.example.org", "b-1", "https://s3.example.org", "/b-1"},
        {"virtual", "https://s3.example.org", "b-1", "https://b-1.s3.example.org", ""},
        {"virtual", "https://s3.example.org:99/x", "b-1", "https://b-1.s3.example.org:99", "/x"},
        {"virtual", "https://s3.example.org", "my.bucket", "https://s3.example.org", "/my.bucket"},
        {"virtual", "http://127.0.0.1:9000", "b-1", "http://127.0.0.1:9000", "/b-1"},
        {"virtual", "http://[::1]:9000", "b-1", "http://[::1]:9000", "/b-1"},
        {"path", "https://s3.example.org", "b-1", "https://s3.example.org", "/b-1"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        Endpoint e;
        EndpointQuery q = {.service = AWS_S3,
                           .region = STR("eu-west-1"),
                           .bucket = str_of(cases[i].bucket),
                           .custom = str_of(cases[i].custom),
                           .style = str_of(cases[i].style)};
        assert_true(endpoint_find(&a, &q, &e, &err));
        assert_true(str_is(e.base, cases[i].base));
        assert_true(str_is(e.path, cases[i].path));
    }
    Err err = {0};
    Endpoint e;
    EndpointQuery wrong = {.service = AWS_S3,
                           .region = STR("eu-west-1"),
                           .bucket = STR("b-1"),
                           .style = STR("sideways")};
    assert_false(endpoint_find(&a, &wrong, &e, &err));
    assert_non_null(strstr(err.hint, "virtual"));
    arena_release(&a);
}

static void buckets_and_custom(void **state) {
    static const struct {
        const char *custom, *bucket, *base, *path;
        bool local;
    } cases[] = {
        {"", "my-bucket-1", "https://my-bucket-1.s3.eu-west-1.amazonaws.com", "", false},
        {"", "my.bucket", "https://s3.eu-west-1.amazonaws.com", "/my.bucket", false},
        {"", "My_Bucket", "https://s3.eu-west-1.amazonaws.com", "/My_Bucket", false},
        {"", "a/../b", "https://s3.eu-west-1.amazonaws.com", "/a%2F..%2Fb", false},
        {"", "-x-", "https://s3.eu-west-1.amazonaws.com", "/-x-", false},
        {"", "", "https://s3.eu-west-1.amazonaws.com", "", false},
        {"https://s3.example.org", "my-bucket-1", "https://s3.example.org", "/my-bucket-1", false},
        {"https://example.org/base/", "b-1", "https://example.org", "/base/b-1", false},
        {"http://localhost:4566", "b-1", "http://localhost:4566", "/b-1", true},
        {"http://127.0.0.1:4566/", "", "http://127.0.0.1:4566", "", true},
        {"http://127.1.2.3", "", "http://127.1.2.3", "", true},
        {"http://[::1]:4566", "", "http://[::1]:4566", "", true},
        {"http://sts.localhost:80", "", "http://sts.localhost:80", "", true},
        {"https://localhost:4566", "", "https://localhost:4566", "", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        Err err = {0};
        Endpoint e;
        arena_init(&a);
        EndpointQuery q = {.service = AWS_S3,
                           .region = STR("eu-west-1"),
                           .custom = str_of(cases[i].custom),
                           .bucket = str_of(cases[i].bucket)};
        if (!endpoint_find(&a, &q, &e, &err))
            fail_msg("%s: %s", cases[i].custom, err.message);
        if (!str_is(e.base, cases[i].base) || !str_is(e.path, cases[i].path))
            fail_msg("%.*s %.*s, should be %s %s", STR_ARG(e.base), STR_ARG(e.path), cases[i].base,
                     cases[i].path);
        assert_int_equal(e.local, cases[i].local);
        arena_release(&a);
    }
}

static void where_credentials_do_not_go(void **state) {
    static const struct {
        const char *region, *custom, *says;
    } cases[] = {
        {"", "", "no region is set"},
        {"eu-west-1/../x", "", "cannot be the name of a region"},
        {"EU-WEST-1", "", "cannot be the name of a region"},
        {"eu-west-1.evil.example", "", "cannot be the name of a region"},
        {"eu-west-1", "http://example.org", "not encrypted"},
        {"eu-west-1", "http://10.0.0.1:4566", "not encrypted"},
        {"eu-west-1", "http://localhost.example.org", "not encrypted"},
        {"eu-west-1", "http://127.0.0.1.example.org", "not encrypted"},
        {"eu-west-1", "http://127.evil.0.1", "not encrypted"},
        {"eu-west-1", "http://1270.0.0.1", "not encrypted"},
        {"eu-west-1", "http://[::1].example.org", "not encrypted"},
        {"eu-west-1", "http://localhost@example.org", "no URL"},
        {"eu-west-1", "https://bob:hunter2@example.org", "`…@example.org` is no URL"},
        {"eu-west-1", "http://\xE2\x80\xAE.example", "`http://\\u{202e}.example` is not encrypted"},
        {"eu-west-1", "http://localhost#@example.org", "no URL"},
        {"eu-west-1", "http://localhost\\.example.org", "no URL"},
        {"eu-west-1", "ftp://localhost", "no URL"},
        {"eu-west-1", "localhost:4566", "no URL"},
        {"eu-west-1", "https://", "no URL"},
        {"eu-west-1", "https:///x", "no URL"},
        {"eu-west-1", "https://a b", "no URL"},
        {"eu-west-1", "https://a\r\nx: y", "no URL"},
        {"eu-west-1", "https://a?b", "no URL"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        Err err = {0};
        Endpoint e;
        arena_init(&a);
        EndpointQuery q = {.service = AWS_STS,
                           .region = str_of(cases[i].region),
                           .custom = str_of(cases[i].custom)};
        assert_false(endpoint_find(&a, &q, &e, &err));
        if (!strstr(err.message, cases[i].says))
            fail_msg("%s: %s", cases[i].custom, err.message);
        arena_release(&a);
    }
}

static void unless_somebody_wants_it(void **state) {
    Arena a;
    Err err = {0};
    Endpoint e;
    (void)state;
    arena_init(&a);
    EndpointQuery q = {.service = AWS_STS,
                       .region = STR("eu-west-1"),
                       .custom = STR("http://10.0.0.1:4566"),
                       .insecure = true};
    assert_true(endpoint_find(&a, &q, &e, &err));
    assert_true(str_is(e.base, "http://10.0.0.1:4566"));
    assert_false(e.local);
    arena_release(&a);
}

static void live_tail_has_a_host(void **state) {
    Arena a;
    Err err = {0};
    Endpoint e;
    (void)state;
    arena_init(&a);
    EndpointQuery q = {
        .service = AWS_LOGS, .operation = "StartLiveTail", .region = STR("eu-west-1")};
    assert_true(endpoint_find(&a, &q, &e, &err));
    assert_true(str_is(e.host, "stream-logs.eu-west-1.amazonaws.com"));
    q.operation = "FilterLogEvents";
    assert_true(endpoint_find(&a, &q, &e, &err));
    assert_true(str_is(e.host, "logs.eu-west-1.amazonaws.com"));
    arena_release(&a);
}

// ---- Which setting wins
// --------------------------------------------------------------------------

typedef struct World {
    Host host;
    Host *files;
    const cJSON *variables; // an object
    Str profile;
} World;

static bool world_env(Host *h, Arena *a, Str name, Str *out) {
    const World *w = (const World *)h;
    *out = STR_EMPTY;
    if (str_is(name, "HOME"))
        *out = STR("/home");
    else if (str_is(name, "AWS_PROFILE"))
        *out = w->profile;
    else
        *out = str_of(text_of(w->variables, str_cstr(a, name)));
    return out->n > 0;
}

static bool world_read(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    World *w = (World *)h;
    return w->files->read_file(w->files, a, path, max, out, err);
}

static HostType world_type(Host *h, Str path) {
    World *w = (World *)h;
    return w->files->type(w->files, path);
}

// The suite's profiles and services, as a configuration file.
static Str config_of(Arena *a, const cJSON *suite) {
    Buf b = buf_new(a);
    for (const cJSON *p = cJSON_GetObjectItem(suite, "profiles")->child; p; p = p->next) {
        buf_printf(&b, strcmp(p->string, "default") == 0 ? "[%s]\n" : "[profile %s]\n", p->string);
        for (const cJSON *k = p->child; k; k = k->next)
            buf_printf(&b, "%s = %s\n", k->string, k->valuestring);
    }
    for (const cJSON *s = cJSON_GetObjectItem(suite, "services")->child; s; s = s->next) {
        buf_printf(&b, "[services %s]\n", s->string);
        for (const cJSON *t = s->child; t; t = t->next) {
            buf_printf(&b, "%s =\n", t->string);
            for (const cJSON *k = t->child; k; k = k->next)
                buf_printf(&b, "  %s = %s\n", k->string, k->valuestring);
        }
    }
    return buf_str(&b);
}

static void check_choice(const cJSON *suite, const cJSON *test, Str config) {
    Arena a;
    Err err = {0};
    Creds *creds = NULL;
    arena_init(&a);
    MemFile file = {STR("/home/.aws/config"), config};
    World w = {.files = host_memory(&a, &file, 1), .profile = str_of(text_of(test, "profile"))};
    w.host = *w.files;
    w.host.env = world_env;
    w.host.read_file = world_read;
    w.host.type = world_type;
    w.variables = cJSON_GetObjectItem(cJSON_GetObjectItem(suite, "environments"),
                                      text_of(test, "environment"));
    CredsOptions options = {.profile = w.profile};
    if (!creds_open(&a, &w.host, NULL, &options, &creds, &err))
        fail_msg("%s: %s", text_of(test, "name"), err.message);
    Str got = endpoint_configured(&a, &w.host, creds, text_of(test, "service"));
    if (!got.n) {
        EndpointQuery q = {.service = AWS_S3, .region = creds_region(creds)};
        Endpoint e;
        assert_true(endpoint_find(&a, &q, &e, &err));
        got = e.base;
    }
    const char *wanted = text_of(cJSON_GetObjectItem(test, "output"), "endpointUrl");
    if (!str_is(got, wanted))
        fail_msg("%s: %.*s, should be %s", text_of(test, "name"), STR_ARG(got), wanted);
    creds_close(creds);
    arena_release(&a);
}

static void which_setting_wins(void **state) {
    Arena a;
    int count = 0, in_code = 0;
    (void)state;
    arena_init(&a);
    cJSON *all = data(&a, "tests/data/aws-endpoint-urls.json");
    const cJSON *suite = cJSON_GetObjectItem(all, "testSuites")->child;
    Str config = config_of(&a, suite);
    for (const cJSON *t = cJSON_GetObjectItem(suite, "endpointUrlTests")->child; t; t = t->next) {
        // The others set the endpoint in the code that makes the client: there is no such thing.
        if (strcmp(text_of(t, "client_config"), "default") != 0) {
            in_code++;
            continue;
        }
        check_choice(suite, t, config);
        count++;
    }
    assert_int_equal(count, 19);
    assert_int_equal(in_code, 20);
    cJSON_Delete(all);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(botocore_hosts),
        cmocka_unit_test(other_hosts),
        cmocka_unit_test(partitions),
        cmocka_unit_test(styles),
        cmocka_unit_test(buckets_and_custom),
        cmocka_unit_test(where_credentials_do_not_go),
        cmocka_unit_test(unless_somebody_wants_it),
        cmocka_unit_test(live_tail_has_a_host),
        cmocka_unit_test(which_setting_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
