// Asks STS, IAM Identity Center, containers and machines for credentials.
//
// In: a request, complete. Out: its reply, whatever its status. Invariant: only what changes
// nothing is asked here, so all of it may be asked again.

#include "adapters/aws/creds/ask.h"

#include <openssl/crypto.h>
#include <string.h>
#include <time.h>

void ask_header(Search *s, HttpRequest *q, const char *name, Str value) {
    vec_push(s->a, &q->headers, (HttpHeader){str_of(name), value});
}

// Twice as long each time, less a part that differs between processes.
static void wait_before(unsigned attempt) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms = 100L << (attempt < 5 ? attempt : 5);
    ms -= now.tv_nsec / 1000 % (ms / 2);
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static bool passes(HttpFault fault, int status) {
    bool busy = status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    return fault == HTTP_UNSENT || fault == HTTP_BROKEN || (fault == HTTP_OK && busy);
}

bool ask(Search *s, HttpRequest *q, unsigned attempts, HttpReply *out, Err *err) {
    if (!q->max_reply)
        q->max_reply = ASK_REPLY_MAX;
    for (unsigned i = 1;; i++) {
        Err why = {0};
        *out = (HttpReply){0};
        HttpFault fault = http_send(s->http, s->a, q, out, &why);
        if (i < attempts && passes(fault, out->status)) {
            wait_before(i);
            continue;
        }
        if (fault != HTTP_OK)
            *err = why;
        return fault == HTTP_OK;
    }
}

cJSON *ask_object(Str text) {
    cJSON *j = text.n ? cJSON_ParseWithLength(text.p, text.n) : NULL;
    if (j && !cJSON_IsObject(j)) {
        cJSON_Delete(j);
        return NULL;
    }
    return j;
}

// No deeper than cJSON reads.
static void overwrite(const cJSON *j) {
    for (const cJSON *i = j; i; i = i->next) {
        overwrite(i->child);
        if (i->valuestring)
            OPENSSL_cleanse(i->valuestring, strlen(i->valuestring));
    }
}

void ask_forget(cJSON *j) {
    overwrite(j);
    cJSON_Delete(j);
}

Str ask_printed(Arena *a, cJSON *j) {
    enum { LEAST = 4 << 10, MOST = 64 << 20 };
    for (int size = LEAST; size <= MOST; size *= 2) {
        char *text = arena_alloc(a, (size_t)size);
        if (cJSON_PrintPreallocated(j, text, size, false))
            return str_of(text);
    }
    BUG("JSON that cannot be printed");
}

Str ask_text(Arena *a, const cJSON *object, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(v) && v->valuestring ? str_dup(a, str_of(v->valuestring)) : STR_EMPTY;
}

double ask_number(const cJSON *object, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(v) ? v->valuedouble : 0;
}
