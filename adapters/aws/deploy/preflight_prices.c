// What endpoints cost while nobody uses them.
//
// Input: fleets. Output: what an hour of an instance costs, from the price list or what it said
// within the last day. Invariant: what nobody could say is unknown.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/json.h"
#include "adapters/aws/service/pricing.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60, FILE_MAX = 256 << 10, VERSION = 1 };

typedef struct Subject {
    Str instance;
    AwsCostVec *costs;
} Subject;

// ---- What was asked within the last day ---------------------------------------------------------

static Str file_of(Arena *a, const Preflight *p) {
    return path_join(a, path_dir(p->d->k->aws->options.state), STR("prices.json"));
}

static Str key_of(Arena *a, const Preflight *p, Str instance) {
    return str_fmt(a, "%.*s %.*s", STR_ARG(p->at.region), STR_ARG(instance));
}

// What is not such a file is none.
static cJSON *remembered(Arena *a, const Preflight *p) {
    Host *host = p->d->k->aws->options.host;
    Str path = file_of(a, p), text;
    Err err = {0};
    if (host->type(host, path) == HOST_NONE ||
        !host->read_file(host, a, path, FILE_MAX, &text, &err))
        return NULL;
    cJSON *json = cJSON_ParseWithLength(text.p ? text.p : "", text.n);
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(json, "version");
    if (cJSON_IsNumber(version) && version->valueint == VERSION)
        return json;
    cJSON_Delete(json);
    return NULL;
}

static const cJSON *fresh(Arena *a, const Preflight *p, const cJSON *json, Str instance) {
    const cJSON *row = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, "prices"), str_cstr(a, key_of(a, p, instance)));
    const cJSON *hour = cJSON_GetObjectItemCaseSensitive(row, "hour");
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(row, "at");
    if (!cJSON_IsNumber(hour) || !cJSON_IsNumber(at) || !isfinite(hour->valuedouble) ||
        hour->valuedouble <= 0)
        return NULL;
    double age = (double)client_now(p->client) - at->valuedouble;
    return age >= 0 && age < DAY ? hour : NULL;
}

static void write_whole(Arena *a, Str path, Str text) {
    const char *temporary = str_cstr(a, str_fmt(a, "%.*s.%ld", STR_ARG(path), (long)getpid()));
    unlink(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    bool good = write(fd, text.p, text.n) == (ssize_t)text.n;
    close(fd);
    if (!good || rename(temporary, str_cstr(a, path)) != 0)
        unlink(temporary);
}

void prices_remember(Arena *a, const Preflight *p, const AwsCostVec *costs) {
    cJSON *old = remembered(a, p), *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "version", VERSION);
    cJSON *prices = cJSON_AddObjectToObject(json, "prices");
    bool news = false;
    for (uint32_t i = 0; i < costs->n; i++) {
        const AwsCost *c = &costs->at[i];
        const char *key = str_cstr(a, key_of(a, p, c->instance));
        if (!c->known || cJSON_HasObjectItem(prices, key))
            continue;
        bool known = fresh(a, p, old, c->instance) != NULL;
        const cJSON *row =
            cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(old, "prices"), key);
        cJSON *copy = known ? cJSON_Duplicate(row, true) : cJSON_CreateObject();
        if (!known) {
            cJSON_AddNumberToObject(copy, "hour", c->hour);
            cJSON_AddNumberToObject(copy, "at", (double)client_now(p->client));
        }
        cJSON_AddItemToObject(prices, key, copy);
        news = news || !known;
    }
    Str text = json_take(a, json);
    if (news)
        write_whole(a, file_of(a, p), text);
    cJSON_Delete(old);
}

// ---- Asking -------------------------------------------------------------------------------------

static void price_set(AwsCostVec *costs, Str instance, double hour) {
    for (uint32_t i = 0; i < costs->n; i++)
        if (str_eq(costs->at[i].instance, instance)) {
            costs->at[i].known = true;
            costs->at[i].hour = hour;
        }
}

static void run(Check *c) {
    const Subject *s = c->subject;
    bool known;
    double hour;
    Err err = {0};
    if (pricing_endpoint(c->p->client, &c->arena, c->p->at.region, s->instance, &known, &hour,
                         &err) &&
        known)
        price_set(s->costs, s->instance, hour);
}

static bool asked_before(const AwsCostVec *costs, uint32_t end) {
    for (uint32_t i = 0; i < end; i++)
        if (str_eq(costs->at[i].instance, costs->at[end].instance))
            return true;
    return false;
}

void preflight_prices(Arena *a, const Preflight *p, AwsCostVec *costs, CheckVec *out) {
    cJSON *json = costs->n ? remembered(a, p) : NULL;
    for (uint32_t i = 0; i < costs->n; i++) {
        const cJSON *hour = fresh(a, p, json, costs->at[i].instance);
        if (hour)
            price_set(costs, costs->at[i].instance, hour->valuedouble);
        if (hour || asked_before(costs, i))
            continue;
        Subject *s = arena_new(a, Subject);
        *s = (Subject){costs->at[i].instance, costs};
        vec_push(a, out, (Check){.run = run, .p = p, .subject = s});
    }
    cJSON_Delete(json);
}
