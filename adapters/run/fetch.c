// Requests to other servers, on libcurl; the only file that knows it.
//
// Input: a request. Output: the head of its answer, then the body as it comes. Invariant: nothing
// is followed that the request does not name: no redirect, no other protocol than http and https,
// and no proxy on the way to this machine.

#include "adapters/run/fetch.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 200, HEADERS_MAX = 64 << 10 };

struct Fetch {
    Run *run;
    Arena arena; // headers, and what was sent
    CURLM *multi;
    CURL *easy;
    struct curl_slist *sending;
    char why[CURL_ERROR_SIZE];
    HttpHeaderVec headers;
    size_t header_bytes;
    bool head, done;
    CURLcode result;
    char *have; // came and was not taken: malloc'd, because it is thrown away again and again
    size_t n, cap;
    bool given; // `have` is with the caller
};

bool fetch_init(Err *err) {
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ||
           err_set(err, ERR_IO, "cannot start libcurl");
}

void fetch_done(void) {
    curl_global_cleanup();
}

// ---- What libcurl calls ------------------------------------------------------------------------

static size_t take_header(char *line, size_t size, size_t count, void *state) {
    Fetch *f = state;
    size_t n = size * count;
    Str text = str_trim((Str){line, (uint32_t)n});
    f->header_bytes += n;
    if (f->header_bytes > HEADERS_MAX)
        return 0;
    long status = 0;
    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    enum { OK = 200 };
    if (text.n == 0) {
        f->head = status >= OK;
    } else if (str_starts(text, "HTTP/")) {
        f->headers.n = 0; // what came before was 100 Continue
    } else {
        int64_t colon = str_find(text, STR(":"), 0);
        if (colon > 0) {
            Str name = str_slice(text, 0, (uint32_t)colon);
            Str value = str_trim(str_slice(text, (uint32_t)colon + 1, text.n));
            vec_push(&f->arena, &f->headers,
                     (HttpHeader){str_dup(&f->arena, name), str_dup(&f->arena, value)});
        }
    }
    return n;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *state) {
    Fetch *f = state;
    size_t n = size * count;
    if (f->n + n > f->cap) {
        size_t cap = (f->n + n) * 2;
        char *more = realloc(f->have, cap);
        if (!more)
            return 0;
        f->have = more;
        f->cap = cap;
    }
    memcpy(f->have + f->n, bytes, n);
    f->n += n;
    f->head = true;
    return n;
}

// ---- A request ---------------------------------------------------------------------------------

static void set_headers(Fetch *f, const FetchRequest *q) {
    // libcurl would wait for a 100 before it sends a larger body.
    f->sending = curl_slist_append(f->sending, "Expect:");
    for (uint32_t i = 0; i < q->headers.n; i++) {
        Str line = str_fmt(&f->arena, "%.*s: %.*s", STR_ARG(q->headers.at[i].name),
                           STR_ARG(q->headers.at[i].value));
        struct curl_slist *more = curl_slist_append(f->sending, str_cstr(&f->arena, line));
        f->sending = more ? more : f->sending;
    }
    curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->sending);
}

static void set_options(Fetch *f, const FetchRequest *q) {
    CURL *c = f->easy;
    curl_easy_setopt(c, CURLOPT_URL, str_cstr(&f->arena, q->url));
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, f->why);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)q->connect_ms);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)q->total_ms);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)(q->silent_ms / 1000));
    curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
    if (q->local)
        curl_easy_setopt(c, CURLOPT_PROXY, "");
    if (strcmp(q->method, "POST") == 0) {
        Str body = str_dup(&f->arena, q->body);
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
    }
    set_headers(f, q);
}

static void see_end(Fetch *f) {
    int left = 0;
    for (CURLMsg *m; (m = curl_multi_info_read(f->multi, &left));)
        if (m->msg == CURLMSG_DONE) {
            f->done = true;
            f->result = m->data.result;
        }
}

// Goes on until there is something new.
static void drive(Fetch *f, bool until_head) {
    while (!f->done && (until_head ? !f->head : f->n == 0)) {
        int running = 0;
        if (curl_multi_perform(f->multi, &running) != CURLM_OK) {
            f->done = true;
            f->result = CURLE_RECV_ERROR;
            return;
        }
        see_end(f);
        if (!f->done && run_closing(f->run)) {
            f->done = true;
            f->result = CURLE_ABORTED_BY_CALLBACK;
        }
        if (!f->done && (until_head ? !f->head : f->n == 0))
            curl_multi_poll(f->multi, NULL, 0, WAIT_MS, NULL);
    }
}

static bool failed(const Fetch *f, Err *err) {
    const char *why = f->why[0] ? f->why : curl_easy_strerror(f->result);
    return err_set(err, ERR_IO, "%s", why);
}

// OpenSSL writes to connections that may be gone; the thread that asks gets an error for it, and
// the process lives on.
static void block_pipe_signal(void) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
}

bool fetch_start(const FetchRequest *q, Fetch **out, Err *err) {
    block_pipe_signal();
    Fetch *f = calloc(1, sizeof *f);
    BUG_IF(!f);
    f->run = q->run;
    arena_init(&f->arena);
    f->multi = curl_multi_init();
    f->easy = curl_easy_init();
    BUG_IF(!f->multi || !f->easy);
    set_options(f, q);
    curl_multi_add_handle(f->multi, f->easy);
    drive(f, true);
    if (f->done && f->result != CURLE_OK && !f->head) {
        failed(f, err);
        fetch_end(f);
        return false;
    }
    *out = f;
    return true;
}

int fetch_status(const Fetch *f) {
    long status = 0;
    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

const HttpHeaderVec *fetch_headers(const Fetch *f) {
    return &f->headers;
}

Str fetch_header(const Fetch *f, const char *name) {
    for (uint32_t i = 0; i < f->headers.n; i++)
        if (text_same(f->headers.at[i].name, str_of(name)))
            return f->headers.at[i].value;
    return STR_EMPTY;
}

bool fetch_read(Fetch *f, Str *bytes, Err *err) {
    if (f->given)
        f->n = 0;
    f->given = false;
    drive(f, false);
    if (f->n == 0) {
        if (f->result != CURLE_OK)
            failed(f, err);
        return false;
    }
    f->given = true;
    *bytes = (Str){f->have, (uint32_t)f->n};
    return true;
}

bool fetch_rest(Fetch *f, Arena *a, uint32_t max, Str *body, Err *err) {
    Buf b = buf_new(a);
    Err broken = {0};
    for (Str bytes; fetch_read(f, &bytes, &broken);) {
        if (b.n + bytes.n > max)
            return err_set(err, ERR_TOO_LARGE, "the answer is larger than %u MB", max >> 20);
        buf_put(&b, bytes);
    }
    *body = buf_str(&b);
    return broken.kind == ERR_NONE || err_set(err, broken.kind, "%s", broken.message);
}

void fetch_end(Fetch *f) {
    curl_multi_remove_handle(f->multi, f->easy);
    curl_easy_cleanup(f->easy);
    curl_multi_cleanup(f->multi);
    curl_slist_free_all(f->sending);
    free(f->have);
    arena_release(&f->arena);
    free(f);
}
