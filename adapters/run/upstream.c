// What --model gives: where a server is, what it speaks, and which of its models is meant.
//
// Input: a URL. Output: an Upstream. Invariant: no password and no plain HTTP to strangers: what is
// asked is the user's own, so it goes to this machine, to the network it is in, or over TLS.

#include "adapters/run/text.h"
#include "adapters/run/translate.h"
#include "adapters/run/tree.h"

typedef struct Ending {
    const char *path;
    ModelApi api;
    bool kept; // is part of the base
} Ending;

// What the end of a path says; longer ones first.
static const Ending ENDINGS[] = {
    {"/v1/chat/completions", API_OPENAI, false},
    {"/v1/completions", API_OPENAI, false},
    {"/v1", API_OPENAI, false},
    {"/api/generate", API_OLLAMA, false},
    {"/api/chat", API_OLLAMA, false},
    {"/api", API_OLLAMA, false},
    {"/generate_stream", API_TGI, false},
    {"/generate", API_TGI, false},
    {"/invocations", API_CONTAINER, true},
};

static Str host_of(Str authority) {
    if (str_starts(authority, "[")) {
        int64_t end = str_find(authority, STR("]"), 0);
        return str_slice(authority, 1, end < 0 ? 1 : (uint32_t)end);
    }
    int64_t colon = str_rfind_char(authority, ':');
    return colon < 0 ? authority : str_slice(authority, 0, (uint32_t)colon);
}

// Four numbers of 0 to 255, and nothing else: a name may begin like one.
static bool read_ipv4(Str host, unsigned out[4]) {
    uint32_t at = 0;
    for (int i = 0; i < 4; i++) {
        unsigned n = 0, digits = 0;
        for (; at < host.n && host.p[at] >= '0' && host.p[at] <= '9' && digits < 4; at++, digits++)
            n = n * 10 + (unsigned)(host.p[at] - '0');
        if (digits == 0 || digits > 3 || n > 255 ||
            (i < 3 && (at >= host.n || host.p[at++] != '.')))
            return false;
        out[i] = n;
    }
    return at == host.n;
}

static bool is_local(Str host) {
    unsigned ip[4];
    return text_same(host, STR("localhost")) || str_is(host, "::1") ||
           (read_ipv4(host, ip) && ip[0] == 127);
}

static bool is_near(Str host) {
    unsigned ip[4];
    if (str_ends(host, ".local") || str_is(host, "host.docker.internal"))
        return true;
    return read_ipv4(host, ip) && (ip[0] == 10 || (ip[0] == 192 && ip[1] == 168) ||
                                   (ip[0] == 172 && ip[1] >= 16 && ip[1] < 32));
}

static bool is_plain(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7F || s.p[i] == '\\')
            return false;
    return true;
}

static bool refuse(Err *err, Str url, const char *why) {
    err_set(err, ERR_USAGE, "`%.*s` is no server of a model: %s", STR_ARG(url), why);
    err_hint(err, "like `--model llama=http://127.0.0.1:8000`, with `#name` where it has several");
    return false;
}

bool upstream_read(Arena *a, Str url, Upstream *out, Err *err) {
    *out = (Upstream){.model = STR_EMPTY};
    int64_t hash = str_find(url, STR("#"), 0);
    Str rest = hash < 0 ? url : str_slice(url, 0, (uint32_t)hash);
    bool tls = str_starts(rest, "https://");
    if (!is_plain(url) || (!tls && !str_starts(rest, "http://")))
        return refuse(err, url, "not an `http://` or `https://` URL");
    if (str_contains(rest, "?"))
        return refuse(err, url, "it has a query");
    if (hash >= 0)
        out->model = text_unpercent(a, str_slice(url, (uint32_t)hash + 1, url.n), false);
    while (str_ends(rest, "/"))
        rest.n--;
    uint32_t from = tls ? 8 : 7;
    if (rest.n <= from)
        return refuse(err, url, "it names no host");
    int64_t slash = str_find(rest, STR("/"), from);
    Str authority = str_slice(rest, from, slash < 0 ? rest.n : (uint32_t)slash);
    Str host = host_of(authority);
    if (str_contains(authority, "@"))
        return refuse(err, url, "passwords do not stand in URLs; set `PLUTO_MODEL_KEY`");
    if (host.n == 0)
        return refuse(err, url, "it names no host");
    out->local = is_local(host);
    out->trusted = tls || out->local;
    if (!out->trusted && !is_near(host))
        return refuse(err, url, "beyond the local network only `https://` will do");
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS && slash >= 0; i++)
        if (str_ends(rest, ENDINGS[i].path)) {
            out->api = ENDINGS[i].api;
            rest.n -= ENDINGS[i].kept ? 0 : str_of(ENDINGS[i].path).n;
            break;
        }
    out->base = str_dup(a, rest);
    return true;
}

Str upstream_model(Arena *a, Str listing, Str wanted) {
    const Tree *all = tree_read(a, listing), *list = tree_find(all, "data");
    Str first = STR_EMPTY;
    if (!list)
        list = tree_find(all, "models");
    if (!list || list->type != TREE_LIST)
        return first;
    for (const Tree *t = list->child; t; t = t->next) {
        Str name = tree_str_at(a, t, "id");
        if (name.n == 0)
            name = tree_str_at(a, t, "name");
        if (wanted.n && text_same(name, wanted))
            return name;
        if (first.n == 0)
            first = name;
    }
    return first;
}
