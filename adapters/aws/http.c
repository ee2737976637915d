// Requests over libcurl; the only file that knows it. In: a request. Out: its whole reply, or why
// there is none.
//
// A Line is a libcurl handle with its open connections. Who sends takes an idle one, best one that
// has been to the same host, and gives it back: so connections live from call to call, and no two
// threads ever share one. Invariant: certificates are verified, nothing is followed that the
// request does not name, and what comes is bounded.

#include "adapters/aws/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECT_MS = 5000,
    SILENT_MS = 60000,
    WAIT_MS = 1000,
    HEADERS_MAX = 256 << 10,
    LINES_KEPT = 16,
    HOST_SIZE = 256
};

typedef struct Line Line;
struct Line {
    Line *next; // of the idle ones, or of those at work
    CURLM *multi;
    CURL *easy;
    char host[HOST_SIZE]; // last been to
};

struct Http {
    pthread_mutex_t lock;
    Line *idle, *busy; // under the lock
    unsigned idle_count;
    atomic_bool stopped;
    char *authorities; // a file of certificates, or NULL: the system's
};

// One request while it is under way.
typedef struct Sending {
    Http *http;
    Line *line;
    Arena *arena;
    const HttpRequest *q;
    HttpReply *reply;
    struct curl_slist *headers;
    Buf body;
    uint32_t max;
    size_t header_bytes;
    bool head; // the headers are there to the last
    bool too_large, enough, no_source;
    int fd; // of the file that is sent, or -1
    char why[CURL_ERROR_SIZE];
} Sending;

// ---- Lines -------------------------------------------------------------------------------------

static void line_close(Line *l) {
    curl_easy_cleanup(l->easy);
    curl_multi_cleanup(l->multi);
    free(l);
}

static Line *line_open(void) {
    Line *l = calloc(1, sizeof *l);
    BUG_IF(!l);
    l->easy = curl_easy_init();
    l->multi = curl_multi_init();
    BUG_IF(!l->easy || !l->multi);
    return l;
}

static void unlink_line(Line **list, const Line *l) {
    while (*list != l)
        list = &(*list)->next;
    *list = l->next;
}

static Line *line_take(Http *h, const char *host) {
    pthread_mutex_lock(&h->lock);
    Line *l = h->idle;
    for (Line *i = h->idle; i; i = i->next)
        if (strcmp(i->host, host) == 0) {
            l = i;
            break;
        }
    if (l) {
        unlink_line(&h->idle, l);
        h->idle_count--;
    } else {
        l = line_open();
    }
    l->next = h->busy;
    h->busy = l;
    pthread_mutex_unlock(&h->lock);
    memcpy(l->host, host, strlen(host) + 1);
    return l;
}

static void line_give_back(Http *h, Line *l) {
    curl_easy_reset(l->easy); // connections stay open
    pthread_mutex_lock(&h->lock);
    unlink_line(&h->busy, l);
    bool keep = h->idle_count < LINES_KEPT;
    if (keep) {
        l->next = h->idle;
        h->idle = l;
        h->idle_count++;
    }
    pthread_mutex_unlock(&h->lock);
    if (!keep)
        line_close(l);
}

// ---- What libcurl calls ------------------------------------------------------------------------

static Str small_letters(Arena *a, Str s) {
    char *p = arena_alloc(a, s.n + 1);
    for (uint32_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
    return (Str){p, s.n};
}

static size_t take_header(char *text, size_t size, size_t count, void *state) {
    Sending *s = state;
    size_t n = size * count;
    s->header_bytes += n;
    if (s->header_bytes > HEADERS_MAX) {
        s->too_large = true;
        return 0;
    }
    Str line = str_trim((Str){text, (uint32_t)n});
    if (str_starts(line, "HTTP/")) {
        s->reply->headers.n = 0; // what came before was 100 Continue, or a proxy's
        s->head = false;
        return n;
    }
    if (s->head)
        return n; // a trailer, behind the body: it is no header
    s->head = line.n == 0;
    int64_t colon = str_find(line, STR(":"), 0);
    if (colon > 0) {
        Str name = str_slice(line, 0, (uint32_t)colon);
        Str value = str_trim(str_slice(line, (uint32_t)colon + 1, line.n));
        vec_push(s->arena, &s->reply->headers,
                 (HttpHeader){small_letters(s->arena, name), str_dup(s->arena, value)});
    }
    return n;
}

static int status_of(const Sending *s) {
    long status = 0;
    curl_easy_getinfo(s->line->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *state) {
    Sending *s = state;
    size_t n = size * count;
    enum { OK = 200, REDIRECT = 300 };
    int status = status_of(s);
    if (s->q->sink && status >= OK && status < REDIRECT) {
        s->enough = !s->q->sink(s->q->context, (Str){bytes, (uint32_t)n});
        return s->enough ? 0 : n;
    }
    if (n > s->max - s->body.n) {
        s->too_large = true;
        return 0;
    }
    buf_put(&s->body, (Str){bytes, (uint32_t)n});
    return n;
}

static size_t give_file(char *to, size_t size, size_t count, void *state) {
    const Sending *s = state;
    for (;;) {
        ssize_t n = read(s->fd, to, size * count);
        if (n >= 0)
            return (size_t)n;
        if (errno != EINTR)
            return CURL_READFUNC_ABORT;
    }
}

static size_t give_source(char *to, size_t size, size_t count, void *state) {
    Sending *s = state;
    size_t n = 0;
    if (s->q->source->read(s->q->source->context, to, size * count, &n))
        return n;
    s->no_source = true;
    return CURL_READFUNC_ABORT;
}

// libcurl goes back to the first byte alone, to send on another connection.
static int rewind_source(void *state, curl_off_t offset, int origin) {
    const Sending *s = state;
    return offset == 0 && origin == SEEK_SET && s->q->source->rewind(s->q->source->context)
               ? CURL_SEEKFUNC_OK
               : CURL_SEEKFUNC_FAIL;
}

static int seek_file(void *state, curl_off_t offset, int origin) {
    const Sending *s = state;
    return lseek(s->fd, (off_t)offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

// ---- A request ---------------------------------------------------------------------------------

static void add_header(Sending *s, const char *line) {
    struct curl_slist *more = curl_slist_append(s->headers, line);
    BUG_IF(!more);
    s->headers = more;
}

static bool has_break(Str s) {
    return str_contains(s, "\r") || str_contains(s, "\n");
}

static bool set_headers(Sending *s, Err *err) {
    bool type = false;
    // libcurl would wait for a 100 before it sends a larger body, and say what a body is.
    add_header(s, "Expect:");
    for (uint32_t i = 0; i < s->q->headers.n; i++) {
        const HttpHeader *h = &s->q->headers.at[i];
        if (has_break(h->name) || has_break(h->value))
            return err_set(err, ERR_USAGE, "a line break in the header `%.*s`", STR_ARG(h->name));
        type = type || str_is(small_letters(s->arena, h->name), "content-type");
        Str line = h->value.n ? str_fmt(s->arena, "%.*s: %.*s", STR_ARG(h->name), STR_ARG(h->value))
                              : str_fmt(s->arena, "%.*s;", STR_ARG(h->name));
        add_header(s, str_cstr(s->arena, line));
    }
    if (!type)
        add_header(s, "Content-Type:");
    curl_easy_setopt(s->line->easy, CURLOPT_HTTPHEADER, s->headers);
    return true;
}

static bool open_file(Sending *s, Err *err) {
    struct stat st;
    CURL *c = s->line->easy;
    s->fd = open(str_cstr(s->arena, s->q->file), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->fd < 0 || fstat(s->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "cannot read `%.*s`: %s", STR_ARG(s->q->file),
                       s->fd < 0 ? strerror(errno) : "it is not a file");
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_file);
    curl_easy_setopt(c, CURLOPT_READDATA, s);
    curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, seek_file);
    curl_easy_setopt(c, CURLOPT_SEEKDATA, s);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)st.st_size);
    return true;
}

static void set_source(Sending *s) {
    CURL *c = s->line->easy;
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_source);
    curl_easy_setopt(c, CURLOPT_READDATA, s);
    curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_source);
    curl_easy_setopt(c, CURLOPT_SEEKDATA, s);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->q->source->size);
}

static bool set_body(Sending *s, Err *err) {
    CURL *c = s->line->easy;
    const char *method = s->q->method;
    if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
        return true;
    }
    if (s->q->source)
        set_source(s);
    else if (s->q->file.n && !open_file(s, err))
        return false;
    bool bare = s->q->body.n == 0 && (strcmp(method, "GET") == 0 || strcmp(method, "DELETE") == 0);
    if (!s->q->source && !s->q->file.n && !bare) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->q->body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, s->q->body.n ? s->q->body.p : "");
    }
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    return true;
}

static long or_default(uint32_t ms, long usual) {
    return ms ? (long)ms : usual;
}

static void set_options(Sending *s) {
    CURL *c = s->line->easy;
    const HttpRequest *q = s->q;
    curl_easy_setopt(c, CURLOPT_URL, str_cstr(s->arena, q->url));
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L); // what is signed is what is sent
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->http->authorities) {
        curl_easy_setopt(c, CURLOPT_CAINFO, s->http->authorities);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->why);
    curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, s);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, or_default(q->connect_ms, CONNECT_MS));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)q->total_ms);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (or_default(q->silent_ms, SILENT_MS) + 999) / 1000);
    curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    if (q->once) {
        // On a connection that has been used, libcurl itself sends again what got no answer.
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    }
    if (q->direct)
        curl_easy_setopt(c, CURLOPT_PROXY, "");
}

static CURLcode drive(Sending *s) {
    CURLcode result = CURLE_RECV_ERROR;
    bool done = false;
    curl_multi_add_handle(s->line->multi, s->line->easy);
    while (!done && !atomic_load(&s->http->stopped)) {
        int running = 0, left = 0;
        if (curl_multi_perform(s->line->multi, &running) != CURLM_OK)
            break;
        for (CURLMsg *m; (m = curl_multi_info_read(s->line->multi, &left));)
            if (m->msg == CURLMSG_DONE) {
                done = true;
                result = m->data.result;
            }
        if (!done)
            curl_multi_poll(s->line->multi, NULL, 0, WAIT_MS, NULL);
    }
    curl_multi_remove_handle(s->line->multi, s->line->easy);
    return done ? result : CURLE_ABORTED_BY_CALLBACK;
}

// OpenSSL writes to connections that may be gone. The signal for it is kept from the process while
// this thread sends, and taken away if it came.
static CURLcode drive_quietly(Sending *s) {
    sigset_t pipe, before, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    CURLcode result = drive(s);
    sigpending(&pending);
    if (!was_pending && sigismember(&pending, SIGPIPE) == 1) {
        static const struct timespec now = {0};
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

// ---- Faults ------------------------------------------------------------------------------------

// libcurl repeats the address of a proxy that it cannot read, with the password in it.
static const char *reason(const Sending *s, CURLcode code) {
    return s->why[0] && !strchr(s->why, '@') ? s->why : curl_easy_strerror(code);
}

static bool is_untrusted(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS ||
           code == CURLE_SSL_CRL_BADFILE || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}

static HttpFault untrusted(const Sending *s, CURLcode code, Err *err) {
    err_set(err, ERR_IO, "the certificate of `%s` is not to be trusted: %s", s->line->host,
            reason(s, code));
    if (code == CURLE_SSL_CACERT_BADFILE)
        err_set(err, ERR_IO,
                "cannot read the authorities that certificates are checked against: %s",
                reason(s, code));
    err_hint(err, "a proxy that decrypts has an authority of its own: name its file in "
                  "`AWS_CA_BUNDLE`");
    return HTTP_UNTRUSTED;
}

static HttpFault no_such_proxy(Err *err) {
    err_set(err, ERR_USAGE, "the address of the proxy cannot be understood");
    err_hint(err, "`HTTPS_PROXY=http://name:password@host:port`; signs other than letters and "
                  "digits are written as in `%%40`");
    return HTTP_UNTRUSTED;
}

// What a proxy said instead of letting us through, or 0.
static int proxy_refusal(const Sending *s) {
    enum { OK = 200, REDIRECT = 300 };
    long status = 0;
    curl_easy_getinfo(s->line->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return status >= OK && status < REDIRECT ? 0 : (int)status;
}

static HttpFault refused_by_proxy(const Sending *s, int status, Err *err) {
    enum { CLIENT_ERROR = 400, SERVER_ERROR = 500, UNKNOWN = 407 };
    err_set(err, ERR_IO, "the proxy does not let us through to `%s`: it answers %d", s->line->host,
            status);
    if (status == UNKNOWN)
        err_hint(err, "it wants a name and a password: "
                      "`HTTPS_PROXY=http://name:password@host:port`");
    return status >= CLIENT_ERROR && status < SERVER_ERROR ? HTTP_UNTRUSTED : HTTP_UNSENT;
}

// Nothing of the request has left: no bytes of it were written.
static bool is_unsent(const Sending *s, CURLcode code) {
    long sent = 0;
    curl_easy_getinfo(s->line->easy, CURLINFO_REQUEST_SIZE, &sent);
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
           code == CURLE_COULDNT_CONNECT || code == CURLE_PROXY ||
           (sent == 0 && s->header_bytes == 0);
}

static HttpFault fault_of(const Sending *s, CURLcode code, Err *err) {
    const char *host = s->line->host;
    if (s->too_large) {
        err_set(err, ERR_TOO_LARGE, "`%s` answers with more than %u MB", host,
                (unsigned)(s->max >> 20));
        return HTTP_TOO_LARGE;
    }
    if (s->no_source) {
        err_set(err, ERR_IO, "what goes to `%s` cannot be read any further, or has changed", host);
        return HTTP_UNTRUSTED;
    }
    if (code == CURLE_ABORTED_BY_CALLBACK && atomic_load(&s->http->stopped)) {
        err_set(err, ERR_IO, "interrupted");
        return HTTP_INTERRUPTED;
    }
    if (is_untrusted(code))
        return untrusted(s, code, err);
    if (code == CURLE_UNSUPPORTED_PROTOCOL) { // ours is; so it is theirs
        err_set(err, ERR_IO, "`%s` answers with something that is no HTTP: %s", host,
                reason(s, code));
        return HTTP_UNTRUSTED;
    }
    if (code == CURLE_URL_MALFORMAT) {
        err_set(err, ERR_USAGE, "cannot send to `%.*s`: %s", STR_ARG(s->q->url), reason(s, code));
        return HTTP_UNTRUSTED;
    }
    if (code == CURLE_COULDNT_RESOLVE_HOST) {
        err_set(err, ERR_IO, "there is no host `%s`, or no network", host);
        err_hint(err, "check the connection, and that the region's name is right");
        return HTTP_UNSENT;
    }
    if (str_starts(str_of(s->why), "Unsupported proxy"))
        return no_such_proxy(err);
    if (proxy_refusal(s))
        return refused_by_proxy(s, proxy_refusal(s), err);
    bool unsent = is_unsent(s, code);
    err_set(err, ERR_IO, unsent ? "cannot connect to `%s`: %s" : "`%s` has broken off: %s", host,
            reason(s, code));
    if (unsent)
        err_hint(err, "check the connection, and `HTTPS_PROXY` where there is a proxy in between");
    if (code == CURLE_OPERATION_TIMEDOUT && !unsent)
        err_set(err, ERR_IO, "`%s` does not answer: %s", host, reason(s, code));
    return unsent ? HTTP_UNSENT : HTTP_BROKEN;
}

// ---- The adapter's side ------------------------------------------------------------------------

Http *http_open(Arena *a, Host *host, Err *err) {
    Str path = STR_EMPTY;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        err_set(err, ERR_IO, "cannot start libcurl");
        return NULL;
    }
    Http *h = calloc(1, sizeof *h);
    BUG_IF(!h);
    pthread_mutex_init(&h->lock, NULL);
    if (host->env(host, a, STR("AWS_CA_BUNDLE"), &path) && path.n)
        http_trust(h, path);
    return h;
}

void http_trust(Http *h, Str path) {
    free(h->authorities);
    h->authorities = calloc(1, (size_t)path.n + 1);
    BUG_IF(!h->authorities);
    memcpy(h->authorities, path.p, path.n);
}

bool http_trusts(const Http *h) {
    return h->authorities != NULL;
}

void http_close(Http *h) {
    if (!h)
        return;
    BUG_IF(h->busy);
    while (h->idle) {
        Line *l = h->idle;
        h->idle = l->next;
        line_close(l);
    }
    pthread_mutex_destroy(&h->lock);
    free(h->authorities);
    free(h);
    curl_global_cleanup();
}

void http_stop(Http *h) {
    atomic_store(&h->stopped, true);
    pthread_mutex_lock(&h->lock);
    for (Line *l = h->busy; l; l = l->next)
        curl_multi_wakeup(l->multi);
    pthread_mutex_unlock(&h->lock);
}

bool http_stopped(const Http *h) {
    return atomic_load(&h->stopped);
}

// "host:port" of a URL, as far as it fits.
static void host_of(Str url, char out[HOST_SIZE]) {
    int64_t from = str_find(url, STR("://"), 0);
    Str rest = from < 0 ? url : str_slice(url, (uint32_t)from + 3, url.n);
    uint32_t n = 0;
    while (n < rest.n && n + 1 < HOST_SIZE && !strchr("/?#", rest.p[n])) {
        out[n] = rest.p[n];
        n++;
    }
    out[n] = 0;
}

static HttpFault send_on(Sending *s, Err *err) {
    set_options(s);
    if (!set_headers(s, err) || !set_body(s, err))
        return HTTP_UNTRUSTED;
    CURLcode code = drive_quietly(s);
    // libcurl is content with headers that are cut off.
    if (code == CURLE_OK && !s->head)
        code = CURLE_PARTIAL_FILE;
    if (code == CURLE_OK || s->enough) {
        s->reply->status = status_of(s);
        s->reply->body = buf_str(&s->body);
        return HTTP_OK;
    }
    return fault_of(s, code, err);
}

HttpFault http_send(Http *h, Arena *a, const HttpRequest *q, HttpReply *out, Err *err) {
    char host[HOST_SIZE];
    host_of(q->url, host);
    *out = (HttpReply){0};
    Sending *s = arena_new(a, Sending);
    *s = (Sending){.http = h, .arena = a, .q = q, .reply = out, .fd = -1};
    s->max = q->max_reply ? q->max_reply : HTTP_REPLY_MAX;
    s->body = buf_new(a);
    s->line = line_take(h, host);
    HttpFault fault = send_on(s, err);
    line_give_back(h, s->line);
    curl_slist_free_all(s->headers);
    if (s->fd >= 0)
        close(s->fd);
    return fault;
}

Str http_reply_header(const HttpReply *r, const char *name) {
    for (uint32_t i = 0; i < r->headers.n; i++)
        if (str_is(r->headers.at[i].name, name))
            return r->headers.at[i].value;
    return STR_EMPTY;
}
