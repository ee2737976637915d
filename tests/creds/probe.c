// Finds credentials as `pluto deploy` does, and writes them as one line of JSON: for the tests,
// which compare them with what fake servers gave, and with what botocore finds.
//
//     creds_probe [--profile P] [--region R] [--role-arn A] [--external-id X] [--terminal]
//                 [--settings-region R] [--times N] [--wait MS] [--force] [--look]
//                 [--setting SERVICE KEY]
//
// With --times it asks so often from as many threads at once; with --wait once more after that
// time, and with --force as if AWS had refused the first ones. Exit: 0 found, 3 not.

#include "adapters/aws/creds/creds.h"

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64 };

typedef struct Probe {
    CredsOptions options;
    unsigned times, wait_ms;
    bool force, look;
    const char *service, *key;
    Creds *creds;
} Probe;

typedef struct Asked {
    Probe *probe;
    bool force;
    Arena arena;
    AwsCredentials keys;
    Err err;
    bool good;
} Asked;

static void put(cJSON *j, Arena *a, const char *key, Str value) {
    cJSON_AddStringToObject(j, key, str_cstr(a, value));
}

static void put_steps(cJSON *j, Arena *a, const CredsStepVec *steps) {
    cJSON *list = cJSON_AddArrayToObject(j, "steps");
    for (uint32_t i = 0; i < steps->n; i++) {
        cJSON *one = cJSON_CreateObject();
        put(one, a, "place", steps->at[i].place);
        put(one, a, "finding", steps->at[i].finding);
        cJSON_AddBoolToObject(one, "won", steps->at[i].won);
        cJSON_AddBoolToObject(one, "warns", steps->at[i].warns);
        cJSON_AddItemToArray(list, one);
    }
}

static void put_err(cJSON *j, const Err *err) {
    cJSON_AddStringToObject(j, "error", err->message);
    cJSON_AddStringToObject(j, "hint", err->hint);
    cJSON_AddBoolToObject(j, "usage", err->kind == ERR_USAGE);
}

static void *ask(void *context) {
    Asked *q = context;
    arena_init(&q->arena);
    q->good = creds_get(q->probe->creds, &q->arena, q->force, &q->keys, &q->err);
    return NULL;
}

static bool get(Probe *p, Arena *a, bool force, cJSON *j) {
    Asked asked[THREADS_MAX] = {0};
    pthread_t threads[THREADS_MAX];
    unsigned n = p->times < THREADS_MAX ? p->times : THREADS_MAX;
    for (unsigned i = 0; i < n; i++) {
        asked[i].probe = p;
        asked[i].force = force;
    }
    // One asks where pluto's commands do: the signals that it holds back are the whole process'
    // then.
    for (unsigned i = 1; i < n; i++) {
        if (pthread_create(&threads[i], NULL, ask, &asked[i]) != 0)
            exit(3);
    }
    bool good = true;
    ask(&asked[0]);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            pthread_join(threads[i], NULL);
        good &= asked[i].good && str_eq(asked[i].keys.access_key, asked[0].keys.access_key);
    }
    const AwsCredentials *k = &asked[0].keys;
    if (good) {
        put(j, a, "access_key", k->access_key);
        put(j, a, "secret_key", k->secret_key);
        put(j, a, "token", k->session_token);
        put(j, a, "account", k->account);
        cJSON_AddNumberToObject(j, "expires", (double)k->expires);
        put(j, a, "source", creds_source(p->creds));
    } else {
        put_err(j, &asked[0].err);
    }
    for (unsigned i = 0; i < n; i++)
        arena_release(&asked[i].arena);
    return good;
}

static bool look(Probe *p, Arena *a, cJSON *j) {
    CredsLook seen;
    Err err = {0};
    bool good = creds_look(p->creds, a, &seen, &err);
    if (good) {
        put(j, a, "source", seen.source);
        put(j, a, "key", seen.key);
        put(j, a, "account", seen.account);
    } else {
        put_err(j, &err);
    }
    put(j, a, "region", seen.region);
    put(j, a, "why", seen.why);
    put_steps(j, a, &seen.steps);
    return good;
}

static bool run(Probe *p, Arena *a, cJSON *j) {
    Err err = {0};
    Http *http = p->look ? NULL : http_open(a, host_posix(), &err);
    if ((!http && !p->look) || !creds_open(a, host_posix(), http, &p->options, &p->creds, &err)) {
        put_err(j, &err);
        if (http)
            http_close(http);
        return false;
    }
    bool good = p->look ? look(p, a, j) : get(p, a, false, j);
    if (good && p->wait_ms) {
        nanosleep(&(struct timespec){p->wait_ms / 1000, (long)(p->wait_ms % 1000) * 1000000}, NULL);
        cJSON *second = cJSON_AddObjectToObject(j, "second");
        good = get(p, a, p->force, second);
    }
    if (!p->look) {
        CredsStepVec steps;
        put(j, a, "region", creds_region(p->creds));
        creds_steps(p->creds, a, &steps);
        put_steps(j, a, &steps);
    }
    if (p->key)
        put(j, a, "setting",
            creds_setting(p->creds, strcmp(p->service, "-") == 0 ? NULL : p->service, p->key));
    creds_close(p->creds);
    if (http)
        http_close(http);
    return good;
}

int main(int argc, char **argv) {
    Probe p = {.times = 1};
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        const struct {
            const char *name;
            Str *to;
        } texts[] = {{"--profile", &p.options.profile},
                     {"--region", &p.options.region},
                     {"--settings-region", &p.options.settings_region},
                     {"--role-arn", &p.options.role_arn},
                     {"--external-id", &p.options.external_id}};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            if (strcmp(argv[i], texts[t].name) == 0)
                *texts[t].to = str_of(next);
        if (strcmp(argv[i], "--times") == 0)
            p.times = (unsigned)strtoul(next, NULL, 10);
        if (strcmp(argv[i], "--wait") == 0)
            p.wait_ms = (unsigned)strtoul(next, NULL, 10);
        if (strcmp(argv[i], "--setting") == 0 && i + 2 < argc) {
            p.service = next;
            p.key = argv[i + 2];
        }
        p.options.terminal |= strcmp(argv[i], "--terminal") == 0;
        p.force |= strcmp(argv[i], "--force") == 0;
        p.look |= strcmp(argv[i], "--look") == 0;
    }
    Arena a;
    arena_init(&a);
    cJSON *j = cJSON_CreateObject();
    bool good = run(&p, &a, j);
    char *text = cJSON_PrintUnformatted(j);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(j);
    arena_release(&a);
    return good ? 0 : 3;
}
