// What bills while nobody uses it, told beside a plan.
//
// Input: instances before and after, and what an hour of one costs. Output: a paragraph, and JSON.
// Invariant: what nobody could tell is said to be unknown; it is never counted as nothing.

#include "cli/deploy/deploy.h"

static const double MONTH = 730; // hours, as AWS counts them

typedef struct Sum {
    double before, after; // dollars an hour
    bool whole_before, whole_after;
} Sum;

static Sum sum_of(const AwsCostVec *costs) {
    Sum s = {.whole_before = true, .whole_after = true};
    for (uint32_t i = 0; i < costs->n; i++) {
        const AwsCost *c = &costs->at[i];
        s.before += c->known ? c->hour * c->before : 0;
        s.after += c->known ? c->hour * c->after : 0;
        s.whole_before = s.whole_before && (c->known || !c->before);
        s.whole_after = s.whole_after && (c->known || !c->after);
    }
    return s;
}

static Str owner_of(const Map *places, const AwsCost *c) {
    const Place *place = places_find(places, c->id);
    return place ? place->owner : c->id;
}

// As the plan's other paragraphs write it: "SageMaker llama".
static Str owner_words(Arena *a, const Map *places, const AwsCost *c) {
    Str owner = owner_of(places, c);
    int64_t at = str_find(owner, STR("/"), 0);
    if (at < 0)
        return owner;
    return str_fmt(a, "%.*s %.*s", STR_ARG(str_slice(owner, 0, (uint32_t)at)),
                   STR_ARG(str_slice(owner, (uint32_t)at + 1, owner.n)));
}

static void put_cost(Buf *b, const Map *places, const AwsCost *c) {
    Arena *a = b->arena;
    uint32_t n = c->after ? c->after : c->before;
    buf_printf(b, "  %s %.*s  %u × %.*s", c->after ? c->before == c->after ? " " : "+" : "-",
               STR_ARG(str_visible(a, owner_words(a, places, c))), (unsigned)n,
               STR_ARG(str_visible(a, c->instance)));
    if (c->after && c->before && c->after != c->before)
        buf_printf(b, " (now %u)", (unsigned)c->before);
    if (c->known)
        buf_printf(b, "  $%.3f an hour, $%.2f a month\n", c->hour * n, c->hour * n * MONTH);
    else
        buf_puts(b, "  the price is unknown\n");
}

static void put_sum(Buf *b, double hour, bool whole) {
    if (!whole && hour <= 0)
        buf_puts(b, "unknown");
    else
        buf_printf(b, "%s$%.2f a month", whole ? "" : "at least ", hour * MONTH);
}

void costs_put(Buf *b, const Map *places, const AwsCostVec *costs) {
    Sum s = sum_of(costs);
    if (!costs->n)
        return;
    buf_puts(b, "\nbills while nobody uses it\n");
    for (uint32_t i = 0; i < costs->n; i++)
        put_cost(b, places, &costs->at[i]);
    buf_puts(b, "  in all ");
    put_sum(b, s.after, s.whole_after);
    buf_puts(b, ", now ");
    put_sum(b, s.before, s.whole_before);
    buf_puts(b, "\n");
}

static void set_price(cJSON *json, const char *name, bool known, double value) {
    if (known)
        cJSON_AddNumberToObject(json, name, value);
    else
        cJSON_AddNullToObject(json, name);
}

cJSON *costs_json(Arena *a, const Map *places, const AwsCostVec *costs) {
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "endpoints");
    Sum s = sum_of(costs);
    for (uint32_t i = 0; i < costs->n; i++) {
        const AwsCost *c = &costs->at[i];
        cJSON *row = cJSON_CreateObject();
        if (c->stack.n)
            cJSON_AddStringToObject(row, "stack", str_cstr(a, c->stack));
        cJSON_AddStringToObject(row, "id", str_cstr(a, c->id));
        cJSON_AddStringToObject(row, "owner", str_cstr(a, owner_of(places, c)));
        cJSON_AddStringToObject(row, "instance", str_cstr(a, c->instance));
        cJSON_AddNumberToObject(row, "before", c->before);
        cJSON_AddNumberToObject(row, "after", c->after);
        set_price(row, "hour", c->known, c->hour);
        cJSON_AddItemToArray(list, row);
    }
    set_price(json, "hourBefore", s.whole_before, s.before);
    set_price(json, "hourAfter", s.whole_after, s.after);
    set_price(json, "monthBefore", s.whole_before, s.before * MONTH);
    set_price(json, "monthAfter", s.whole_after, s.after * MONTH);
    return json;
}
