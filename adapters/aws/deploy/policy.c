// A deployer's policy.
//
// Input: what is needed. Output: a policy of IAM, as JSON. Invariant: the same needs give the same
// text; what may be on the same resources stands together.

#include "adapters/aws/deploy/needs.h"
#include "adapters/aws/deploy/operations.h"

#include <string.h>

static bool together(const Need *x, const Need *y) {
    return strcmp(x->group, y->group) == 0 && str_eq(x->pattern, y->pattern) &&
           str_eq(x->passed_to, y->passed_to);
}

typedef Vec(Str) StrList;

typedef struct Statement {
    const Need *first;
    StrList actions, resources;
} Statement;
typedef Vec(Statement) StatementVec;

static Statement *statement_of(const StatementVec *all, const Need *need) {
    for (uint32_t i = 0; i < all->n; i++)
        if (together(all->at[i].first, need))
            return &all->at[i];
    return NULL;
}

static bool same_list(const StrList *x, const StrList *y) {
    for (uint32_t i = 0; i < x->n && x->n == y->n; i++)
        if (!str_eq(x->at[i], y->at[i]))
            return false;
    return x->n == y->n;
}

// One resource a statement at first; then those that allow the same become one.
static StatementVec statements_of(Arena *a, const NeedVec *needs) {
    StatementVec single = {0}, out = {0};
    for (uint32_t i = 0; i < needs->n; i++) {
        const Need *need = &needs->at[i];
        Statement *s = statement_of(&single, need);
        if (!s) {
            vec_push(a, &single, (Statement){.first = need});
            s = &vec_last(&single);
            vec_push(a, &s->resources, need->pattern);
        }
        vec_push(a, &s->actions, need->action);
    }
    for (uint32_t i = 0; i < single.n; i++) {
        Statement *s = &single.at[i];
        uint32_t k = 0;
        while (k < out.n && !(strcmp(out.at[k].first->group, s->first->group) == 0 &&
                              str_eq(out.at[k].first->passed_to, s->first->passed_to) &&
                              same_list(&out.at[k].actions, &s->actions)))
            k++;
        if (k == out.n)
            vec_push(a, &out, *s);
        else
            vec_push(a, &out.at[k].resources, s->first->pattern);
    }
    return out;
}

// Names of AWS and of the program: the program's are of letters, digits and dashes, but who knows.
static void put_string(Buf *b, Str s) {
    cJSON *json = cJSON_CreateString(str_cstr(b->arena, s));
    char *text = cJSON_PrintUnformatted(json);
    buf_puts(b, text);
    cJSON_free(text);
    cJSON_Delete(json);
}

static void put_list(Buf *b, const char *name, const StrList *list) {
    buf_printf(b, "      \"%s\": [", name);
    for (uint32_t i = 0; i < list->n; i++) {
        buf_puts(b, i ? ",\n        " : "\n        ");
        put_string(b, list->at[i]);
    }
    buf_puts(b, "\n      ]");
}

// A group's first statement has its name, the others have numbers, too.
static uint32_t number_of(const StatementVec *all, uint32_t end) {
    uint32_t n = 1;
    for (uint32_t i = 0; i < end; i++)
        n += strcmp(all->at[i].first->group, all->at[end].first->group) == 0;
    return n;
}

static void put_statement(Buf *b, const StatementVec *all, uint32_t i) {
    const Statement *s = &all->at[i];
    uint32_t number = number_of(all, i);
    buf_printf(b, "    {\n      \"Sid\": \"%s", s->first->group);
    if (number > 1)
        buf_printf(b, "%u", (unsigned)number);
    buf_puts(b, "\",\n      \"Effect\": \"Allow\",\n");
    put_list(b, "Action", &s->actions);
    buf_puts(b, ",\n");
    put_list(b, "Resource", &s->resources);
    if (s->first->passed_to.n) {
        buf_puts(b, ",\n      \"Condition\": { \"StringEquals\": { \"iam:PassedToService\": ");
        put_string(b, s->first->passed_to);
        buf_puts(b, " } }");
    }
    buf_puts(b, i + 1 < all->n ? "\n    },\n" : "\n    }\n");
}

Str needs_policy(Arena *a, const NeedVec *needs) {
    StatementVec all = statements_of(a, needs);
    Buf b = buf_new(a);
    buf_puts(&b, "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n");
    for (uint32_t i = 0; i < all.n; i++)
        put_statement(&b, &all, i);
    buf_puts(&b, "  ]\n}\n");
    return buf_str(&b);
}

static Str partition_of(Str region) {
    if (str_starts(region, "cn-"))
        return STR("aws-cn");
    return str_starts(region, "us-gov-") ? STR("aws-us-gov") : STR("aws");
}

Str policy_of(Arena *a, const AwsDeploy *in, Str region) {
    AwsTemplateVec nested = {0};
    NeedVec needs = {0};
    Inventory v;
    Str where = region.n ? region : STR("*");
    Str account = in->target.account.n ? in->target.account : STR("*");
    NeedsPlace at = {.partition = partition_of(region),
                     .region = where,
                     .account = account,
                     .stack = in->target.name,
                     .bucket = str_fmt(a, "pluto-%.*s-%.*s-*", STR_ARG(account), STR_ARG(where)),
                     .folder = STR("*")};
    for (uint32_t i = 0; i < in->asset_count; i++)
        if (in->assets[i].text.n)
            vec_push(a, &nested, (AwsTemplate){in->assets[i].name, in->assets[i].text});
    inventory_read(a, in->template_json, &nested, &v);
    inventory_value(a, &v, "AWS::Region", where);
    inventory_value(a, &v, "AWS::AccountId", account);
    inventory_value(a, &v, "AWS::Partition", at.partition);
    needs_all(a, &at, &v, &needs);
    needs_look(a, &v, &needs);
    Str text = needs_policy(a, &needs);
    inventory_close(&v);
    return text;
}
