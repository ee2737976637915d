// The price list.
//
// Input: a region, an instance type. Output: dollars an hour. Invariant: what the list does not say
// is unknown, and so is a price of nothing: nobody is told that what costs is free.

#include "adapters/aws/service/pricing.h"

#include "adapters/aws/service/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 4000, ATTEMPTS = 2 };

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool says(const cJSON *object, const char *name, const char *value) {
    const cJSON *m = member(object, name);
    return cJSON_IsString(m) && strcmp(m->valuestring, value) == 0;
}

static bool dimension_read(const cJSON *dimension, double *hour) {
    const cJSON *dollars = member(member(dimension, "pricePerUnit"), "USD");
    char *end;
    if (!cJSON_IsString(dollars) ||
        (!says(dimension, "unit", "Hrs") && !says(dimension, "unit", "Hours")))
        return false;
    double value = strtod(dollars->valuestring, &end);
    if (end == dollars->valuestring || *end || !isfinite(value) || value <= 0)
        return false;
    *hour = value;
    return true;
}

// An instance has a price for each thing that it is used for; an endpoint is one of them. Where
// there is more than one price for that, the highest: nobody should be surprised by the bill.
static void item_read(const cJSON *item, Str instance, bool *known, double *hour) {
    const cJSON *attributes = member(member(item, "product"), "attributes"), *term, *dimension;
    const cJSON *name = member(attributes, "instanceName");
    bool hosting = says(attributes, "component", "Hosting") ||
                   says(attributes, "platoinstancetype", "Hosting");
    double found;
    if (!hosting || !cJSON_IsString(name) || !str_eq(str_of(name->valuestring), instance))
        return;
    cJSON_ArrayForEach(term, member(member(item, "terms"), "OnDemand")) {
        cJSON_ArrayForEach(dimension, member(term, "priceDimensions")) {
            if (!dimension_read(dimension, &found) || (*known && found <= *hour))
                continue;
            *known = true;
            *hour = found;
        }
    }
}

bool pricing_read(Arena *a, Str body, Str instance, bool *known, double *hour, Err *err) {
    cJSON *json;
    const cJSON *text;
    (void)a;
    *known = false;
    if (!json_read(body, "the price list", &json, err))
        return false;
    // Each item is a text that is JSON itself.
    cJSON_ArrayForEach(text, member(json, "PriceList")) {
        cJSON *item = cJSON_IsString(text) ? cJSON_Parse(text->valuestring) : NULL;
        item_read(item, instance, known, hour);
        cJSON_Delete(item);
    }
    cJSON_Delete(json);
    return true;
}

static void filter_add(Arena *a, cJSON *filters, const char *field, Str value) {
    cJSON *f = cJSON_CreateObject();
    json_add_text(a, f, "Type", STR("TERM_MATCH"));
    json_add_text(a, f, "Field", str_of(field));
    json_add_text(a, f, "Value", value);
    cJSON_AddItemToArray(filters, f);
}

bool pricing_endpoint(Client *c, Arena *a, Str region, Str instance, bool *known, double *hour,
                      Err *err) {
    // Not repeated where it fails: what is not known stops nobody.
    AwsCall q = {.service = AWS_PRICING,
                 .operation = "GetProducts",
                 .total_ms = PATIENCE_MS,
                 .attempts = ATTEMPTS};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, "ServiceCode", STR("AmazonSageMaker"));
    json_add_text(a, body, "FormatVersion", STR("aws_v1"));
    cJSON *filters = cJSON_AddArrayToObject(body, "Filters");
    filter_add(a, filters, "regionCode", region);
    filter_add(a, filters, "instanceName", instance);
    q.body = json_take(a, body);
    *known = false;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    return r.code.n > 0 || pricing_read(a, r.body, instance, known, hour, err);
}
