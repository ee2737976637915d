// Whether functions' URLs are as the program has them.
//
// Input: the resources that a deployment touched. Output: warnings. Invariant: nothing is sent to a
// URL, since what comes there may run the program; only what was touched is asked for, and what
// cannot be asked is said once.

#include "adapters/aws/deploy/verify.h"

#include "adapters/aws/service/lambda.h"

enum { CHECKS_MAX = 64 };

// ---- What was touched ---------------------------------------------------------------------------

const AwsResource *verify_touched(const Verifying *v, Str stack, Str id) {
    for (uint32_t i = 0; i < v->followed->touched.n; i++) {
        const AwsResource *r = &v->followed->touched.at[i];
        if (str_eq(r->id, id) && str_eq(r->stack, stack) && r->physical.n &&
            (str_is(r->status, "CREATE_COMPLETE") || str_is(r->status, "UPDATE_COMPLETE")))
            return r;
    }
    return NULL;
}

Str verify_physical(Verifying *v, Str stack, Str id) {
    const AwsResource *r = verify_touched(v, stack, id);
    Err err = {0};
    if (r)
        return r->physical;
    if (!v->listed && !resources_of(v->client, v->a, v->k->stack.id, STR_EMPTY, &v->all, &err))
        v->all.n = 0;
    v->listed = true;
    for (uint32_t i = 0; i < v->all.n; i++)
        if (str_eq(v->all.at[i].id, id) && str_eq(v->all.at[i].stack, stack))
            return v->all.at[i].physical;
    return STR_EMPTY;
}

void verify_say(Check *c, const Item *of, Str text) {
    finding_add(c, (Finding){.stack = of->stack, .id = of->id, .type = of->type, .text = text});
}

void verify_unasked(Check *c, const Err *err) {
    finding_add(c, (Finding){.text = str_dup(&c->arena, str_of(err->message))});
}

// ---- URLs ---------------------------------------------------------------------------------------

typedef struct Subject {
    Client *client;
    const Item *url;
    Str function; // physical
    Str auth, mode;
} Subject;

static void policy_look(Check *c, const Subject *s) {
    static const char *const ACTIONS[] = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"};
    Str policy;
    Err err = {0};
    if (!lambda_policy(s->client, &c->arena, s->function, &policy, &err)) {
        verify_unasked(c, &err);
        return;
    }
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++)
        if (!policy_public(policy, ACTIONS[i]))
            verify_say(c, s->url,
                       str_fmt(&c->arena,
                               "the URL of the function `%.*s` answers 403: the function's policy "
                               "does not allow everybody `%s`%s",
                               STR_ARG(s->function), ACTIONS[i], i ? " by way of the URL" : ""));
}

static void run_url(Check *c) {
    const Subject *s = c->subject;
    LambdaUrl u;
    Err err = {0};
    if (!lambda_url(s->client, &c->arena, s->function, &u, &err)) {
        verify_unasked(c, &err);
        return;
    }
    if (!u.there) {
        verify_say(
            c, s->url,
            str_fmt(&c->arena, "the function `%.*s` has no URL any more", STR_ARG(s->function)));
        return;
    }
    if (!str_eq(u.auth, s->auth))
        verify_say(c, s->url,
                   str_fmt(&c->arena,
                           str_is(u.auth, "NONE")
                               ? "the URL of the function `%.*s` is open to everybody (%.*s), and "
                                 "the program has it closed (%.*s)"
                               : "the URL of the function `%.*s` asks for signatures (%.*s), and "
                                 "the program has it open (%.*s)",
                           STR_ARG(s->function), STR_ARG(u.auth), STR_ARG(s->auth)));
    if (!str_eq(u.mode, s->mode))
        verify_say(c, s->url,
                   str_fmt(&c->arena,
                           "the URL of the function `%.*s` answers in the mode %.*s, and the "
                           "program in %.*s",
                           STR_ARG(s->function), STR_ARG(u.mode), STR_ARG(s->mode)));
    if (!cors_same(item_property(s->url, "Cors"), u.cors))
        verify_say(
            c, s->url,
            str_fmt(&c->arena,
                    "the URL of the function `%.*s` has other rules for browsers (CORS) than "
                    "the program",
                    STR_ARG(s->function)));
    if (str_is(s->auth, "NONE") && str_is(u.auth, "NONE"))
        policy_look(c, s);
}

static bool of_function(Verifying *v, const Item *item, const char *property, Str function) {
    return str_eq(item_referred(v->a, item_property(item, property)), function);
}

// The URL itself, its function, or a permission of that.
static bool url_touched(Verifying *v, const Item *url, Str function) {
    if (verify_touched(v, url->stack, url->id) || verify_touched(v, url->stack, function))
        return true;
    for (uint32_t i = 0; i < v->now.items.n; i++) {
        const Item *item = &v->now.items.at[i];
        if (str_is(item->type, "AWS::Lambda::Permission") && str_eq(item->stack, url->stack) &&
            of_function(v, item, "FunctionName", function) &&
            verify_touched(v, item->stack, item->id))
            return true;
    }
    return false;
}

static void url_add(Verifying *v, const Item *url) {
    Str function = item_referred(v->a, item_property(url, "TargetFunctionArn"));
    Str auth = item_text(v->a, &v->now, url, item_property(url, "AuthType"));
    Str mode = item_text(v->a, &v->now, url, item_property(url, "InvokeMode"));
    if (!function.n || !auth.n || v->checks.n >= CHECKS_MAX || !url_touched(v, url, function))
        return;
    Str physical = verify_physical(v, url->stack, function);
    if (!physical.n)
        return;
    Subject *s = arena_new(v->a, Subject);
    *s = (Subject){v->client, url, physical, auth, mode.n ? mode : STR("BUFFERED")};
    vec_push(v->a, &v->checks, (Check){.run = run_url, .subject = s});
}

// ---- Together -----------------------------------------------------------------------------------

static void findings_warn(Verifying *v) {
    bool said = false, unasked = false;
    for (uint32_t i = 0; i < v->checks.n; i++)
        for (uint32_t j = 0; j < v->checks.at[i].findings.n; j++) {
            const Finding *f = &v->checks.at[i].findings.at[j];
            if (f->id.n) {
                warn(v->k, "%.*s", STR_ARG(f->text));
                said = true;
            } else if (!unasked) {
                warn(v->k, "cannot check the URLs: %.*s", STR_ARG(f->text));
                unasked = true;
            }
        }
    if (said)
        note(v->k, "this was changed past the deployment: `pluto drift` compares the rest");
}

static bool templates_read(Verifying *v, Str template_json) {
    Work *k = v->k;
    AwsTemplateVec nested = {0};
    Err err = {0};
    if ((template_json.n || cfn_template(v->client, v->a, k->stack.id, &template_json, &err)) &&
        nested_templates(v->client, v->a, k->stack.id, template_json, &nested, &err)) {
        inventory_read(v->a, template_json, &nested, &v->now);
        for (uint32_t i = 0; i < k->stack.parameters.n; i++)
            vec_push(v->a, &v->now.values, k->stack.parameters.at[i]);
        return true;
    }
    if (!interrupted(k))
        warn(k, "cannot check the URLs: %s", err.message);
    return false;
}

// Templates are not fetched for nothing.
static bool any_touched(const Followed *f) {
    for (uint32_t i = 0; i < f->touched.n; i++)
        if (str_starts(f->touched.at[i].resource, "AWS::Lambda::") ||
            str_starts(f->touched.at[i].resource, "AWS::ApiGatewayV2::"))
            return true;
    return false;
}

bool verify_urls(Work *k, const Followed *f, Str template_json) {
    Verifying v = {.k = k, .a = k->a, .client = k->client, .followed = f};
    if (!any_touched(f))
        return true;
    if (!templates_read(&v, template_json))
        return !interrupted(k);
    for (uint32_t i = 0; i < v.now.items.n; i++)
        if (str_is(v.now.items.at[i].type, "AWS::Lambda::Url"))
            url_add(&v, &v.now.items.at[i]);
    verify_apis(&v);
    checks_run(&v.checks);
    if (!interrupted(k))
        findings_warn(&v);
    checks_close(&v.checks);
    inventory_close(&v.now);
    return !interrupted(k);
}
