// What is read before a deployment: quotas, prices, IAM's verdicts, images; and what a deployer has
// to be allowed, from templates.

#include "adapters/aws/deploy/needs.h"
#include "adapters/aws/service/ecr.h"
#include "adapters/aws/service/iam.h"
#include "adapters/aws/service/pricing.h"
#include "adapters/aws/service/quotas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void quotas_are_read_page_by_page(void **state) {
    Arena a;
    QuotaVec all = {0};
    Str next;
    Err err = {0};
    (void)state;
    arena_init(&a);
    Str page = STR("{\"NextToken\":\"t\",\"Quotas\":[{\"QuotaName\":\"x\",\"Value\":0.0},"
                   "{\"QuotaName\":\"y\"},{\"Value\":3},{\"QuotaName\":\"z\",\"Value\":7}]}");
    assert_true(quotas_read(&a, page, &all, &next, &err));
    assert_int_equal(all.n, 2);
    assert_true(str_is(all.at[0].name, "x") && all.at[0].value < 0.5);
    assert_true(str_is(all.at[1].name, "z") && all.at[1].value > 6.5);
    assert_true(str_is(next, "t"));
    assert_true(quotas_read(&a, STR("{}"), &all, &next, &err));
    assert_int_equal(next.n, 0);
    assert_false(quotas_read(&a, STR("[]"), &all, &next, &err));
    arena_release(&a);
}

#define ITEM(name, component, unit, usd)                                                           \
    "\"{\\\"product\\\":{\\\"attributes\\\":{\\\"instanceName\\\":\\\"" name                       \
    "\\\",\\\"component\\\":\\\"" component                                                        \
    "\\\"}},\\\"terms\\\":{\\\"OnDemand\\\":{\\\"t\\\":{\\\"priceDimensions\\\":{\\\"d\\\":{"      \
    "\\\"unit\\\":\\\"" unit "\\\",\\\"pricePerUnit\\\":{\\\"USD\\\":\\\"" usd "\\\"}}}}}}}\""

static void a_price_is_of_hosting_and_never_nothing(void **state) {
    static const struct {
        const char *body;
        bool good, known;
        double hour;
    } rows[] = {
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "1.5000000000") "]}", true, true, 1.5},
        {"{\"PriceList\":[" ITEM("ml.a", "Training", "Hrs", "9") "," ITEM("ml.a", "Hosting", "Hrs",
                                                                          "1.25") "]}",
         true, true, 1.25},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "1") "," ITEM("ml.a", "Hosting", "Hrs",
                                                                         "2") "]}",
         true, true, 2},
        {"{\"PriceList\":[" ITEM("ml.b", "Hosting", "Hrs", "1") "]}", true, false, 0},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "GB", "1") "]}", true, false, 0},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "0.0000000000") "]}", true, false, 0},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "-1") "]}", true, false, 0},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "inf") "]}", true, false, 0},
        {"{\"PriceList\":[" ITEM("ml.a", "Hosting", "Hrs", "1x") "]}", true, false, 0},
        {"{\"PriceList\":[\"{\",17,null,{}]}", true, false, 0},
        {"{}", true, false, 0},
        {"", false, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arena a;
        Err err = {0};
        bool known = true;
        double hour = 0;
        arena_init(&a);
        bool good = pricing_read(&a, str_of(rows[i].body), STR("ml.a"), &known, &hour, &err);
        double off = hour - rows[i].hour;
        if (good != rows[i].good || known != rows[i].known ||
            (known && (off > 1e-9 || off < -1e-9)))
            fail_msg("row %zu: %d %d %f", i, good, known, hour);
        arena_release(&a);
    }
}

#define VERDICT(action, decision, missing)                                                         \
    "<member><EvalActionName>" action "</EvalActionName><EvalResourceName>r</EvalResourceName>"    \
    "<EvalDecision>" decision "</EvalDecision><MissingContextValues>" missing                      \
    "</MissingContextValues></member>"

static void a_denial_that_a_condition_may_explain_is_none(void **state) {
    Arena a;
    IamVerdictVec all = {0};
    Str next;
    Err err = {0};
    (void)state;
    arena_init(&a);
    Str body = STR("<R><SimulatePrincipalPolicyResult><IsTruncated>true</IsTruncated><Marker>m"
                   "</Marker><EvaluationResults>" VERDICT("a", "allowed", "")
                       VERDICT("b", "implicitDeny", "") VERDICT("c", "explicitDeny", "")
                           VERDICT("d", "implicitDeny", "<member>aws:PrincipalTag/x</member>")
                               VERDICT("e", "", "") "</EvaluationResults>"
                                                    "</SimulatePrincipalPolicyResult></R>");
    assert_true(iam_verdicts_read(&a, body, &all, &next, &err));
    assert_int_equal(all.n, 5);
    const bool denied[] = {false, true, true, false, false};
    for (uint32_t i = 0; i < all.n; i++)
        assert_int_equal(all.at[i].denied, denied[i]);
    assert_true(str_is(next, "m"));
    arena_release(&a);
}

static void addresses_of_images(void **state) {
    static const struct {
        const char *text, *registry, *region, *repository, *tag, *digest;
    } rows[] = {
        {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:1", "123456789012", "eu-west-1", "a/b",
         "1", ""},
        {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a", "123456789012", "cn-north-1", "a",
         "latest", ""},
        {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:00", "123456789012", "eu-west-1",
         "a", "", "sha256:00"},
        {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1@sha256:00", "123456789012", "eu-west-1",
         "a", "", "sha256:00"},
        {"12345678901.dkr.ecr.eu-west-1.amazonaws.com/a", NULL, "", "", "", ""},
        {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/", NULL, "", "", "", ""},
        {"docker.io/library/nginx", NULL, "", "", "", ""},
        {"", NULL, "", "", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        EcrImage image;
        bool good = ecr_image_read(str_of(rows[i].text), &image);
        if (good != (rows[i].registry != NULL))
            fail_msg("row %zu", i);
        if (good &&
            !(str_is(image.registry, rows[i].registry) && str_is(image.region, rows[i].region) &&
              str_is(image.repository, rows[i].repository) && str_is(image.tag, rows[i].tag) &&
              str_is(image.digest, rows[i].digest)))
            fail_msg("row %zu: parts", i);
    }
}

// ---- Needs --------------------------------------------------------------------------------------

static const NeedsPlace AT = {.partition = {"aws", 3},
                              .region = {"us-east-1", 9},
                              .account = {"123456789012", 12},
                              .stack = {"shop-dev", 8},
                              .bucket = {"b", 1},
                              .folder = {"shop/dev", 8}};

#define CHAIN(instance)                                                                            \
    "{\"Resources\":{\"M\":{\"Type\":\"AWS::SageMaker::Model\",\"Properties\":{}},"                \
    "\"C\":{\"Type\":\"AWS::SageMaker::EndpointConfig\",\"Properties\":{\"ProductionVariants\":[{" \
    "\"ModelName\":{\"Ref\":\"M\"},\"InstanceType\":\"" instance "\"}]}},"                         \
    "\"E\":{\"Type\":\"AWS::SageMaker::Endpoint\",\"Properties\":{\"EndpointName\":\"shop-dev-e\"" \
    ",\"EndpointConfigName\":{\"Fn::GetAtt\":[\"C\",\"EndpointConfigName\"]}}}}}"

static bool has(const NeedVec *needs, const char *action) {
    for (uint32_t i = 0; i < needs->n; i++)
        if (needs->at[i].sure && str_is(needs->at[i].action, action))
            return true;
    return false;
}

static NeedVec between(Arena *a, const char *now, const char *before) {
    NeedVec out = {0};
    Inventory n, b;
    inventory_read(a, str_of(now), NULL, &n);
    inventory_read(a, str_of(before), NULL, &b);
    needs_deploy(a, &AT, &n, &b, &out);
    inventory_close(&n);
    inventory_close(&b);
    return out;
}

static void what_refers_to_what_is_replaced_changes(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    NeedVec changed = between(&a, CHAIN("ml.b"), CHAIN("ml.a"));
    assert_true(has(&changed, "sagemaker:UpdateEndpoint"));
    assert_true(has(&changed, "sagemaker:CreateEndpointConfig"));
    assert_true(has(&changed, "sagemaker:DeleteEndpointConfig"));
    assert_false(has(&changed, "sagemaker:CreateModel"));
    NeedVec same = between(&a, CHAIN("ml.a"), CHAIN("ml.a"));
    assert_false(has(&same, "sagemaker:UpdateEndpoint"));
    assert_true(has(&same, "cloudformation:CreateChangeSet"));
    NeedVec gone = between(&a, "{\"Resources\":{}}", CHAIN("ml.a"));
    assert_true(has(&gone, "sagemaker:DeleteEndpoint"));
    arena_release(&a);
}

static void names_narrow_what_is_needed(void **state) {
    static const struct {
        const char *type, *properties, *action, *pattern;
    } rows[] = {
        {"AWS::Lambda::Function", "\"FunctionName\":\"shop-dev-x\"", "lambda:CreateFunction",
         "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-*"},
        {"AWS::Lambda::Function", "\"FunctionName\":\"mine\"", "lambda:CreateFunction",
         "arn:aws:lambda:us-east-1:123456789012:function:mine"},
        {"AWS::Lambda::Function", "\"FunctionName\":{\"Fn::Sub\":\"a-${AWS::Region}\"}",
         "lambda:CreateFunction", "arn:aws:lambda:us-east-1:123456789012:function:a-us-east-1"},
        {"AWS::Lambda::Function", "\"FunctionName\":{\"Ref\":\"Unknown\"}", "lambda:CreateFunction",
         "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-*"},
        {"AWS::IAM::Role", "", "iam:CreateRole", "arn:aws:iam::123456789012:role/shop-dev-*"},
        {"AWS::SageMaker::Model", "", "sagemaker:CreateModel",
         "arn:aws:sagemaker:us-east-1:123456789012:model/*"},
        {"AWS::SageMaker::Endpoint", "\"EndpointName\":\"Shop\"", "sagemaker:CreateEndpoint",
         "arn:aws:sagemaker:us-east-1:123456789012:endpoint/shop"},
        {"AWS::ApiGatewayV2::Api", "", "apigateway:POST", "arn:aws:apigateway:us-east-1::/*"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arena a;
        Inventory v;
        NeedVec all = {0};
        bool found = false;
        arena_init(&a);
        Str json = str_fmt(&a, "{\"Resources\":{\"X\":{\"Type\":\"%s\",\"Properties\":{%s}}}}",
                           rows[i].type, rows[i].properties);
        inventory_read(&a, json, NULL, &v);
        inventory_value(&a, &v, "AWS::Region", STR("us-east-1"));
        needs_all(&a, &AT, &v, &all);
        for (uint32_t k = 0; k < all.n; k++)
            found = found || (str_is(all.at[k].action, rows[i].action) &&
                              str_is(all.at[k].pattern, rows[i].pattern));
        if (!found)
            fail_msg("row %zu", i);
        inventory_close(&v);
        arena_release(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotas_are_read_page_by_page),
        cmocka_unit_test(a_price_is_of_hosting_and_never_nothing),
        cmocka_unit_test(a_denial_that_a_condition_may_explain_is_none),
        cmocka_unit_test(addresses_of_images),
        cmocka_unit_test(what_refers_to_what_is_replaced_changes),
        cmocka_unit_test(names_narrow_what_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
