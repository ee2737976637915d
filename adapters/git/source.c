// Where a template comes from. In: `<url>[#ref][:folder]`, as a stranger's page told the user to
// type it. Out: its parts, or why not.
//
// Invariant: no URL passes that could run something (`ext::`, an option in place of a host), that
// nobody vouches for (plain http), or that carries a password.

#include "adapters/git/source.h"

#include "adapters/git/paths.h"

enum { SOURCE_MAX = 2048 };

typedef struct Scheme {
    const char *name;
    OriginType type;
} Scheme;

static const Scheme schemes[] = {
    {"https://", ORIGIN_HTTPS}, {"ssh://", ORIGIN_SSH},    {"git+ssh://", ORIGIN_SSH},
    {"git://", ORIGIN_GIT},     {"file://", ORIGIN_LOCAL},
};

static bool refuse(Err *err, Str text, const char *why) {
    return err_set(err, ERR_USAGE, "`%.*s` is no template: %s", STR_ARG(text), why);
}

// ---- Parts --------------------------------------------------------------------------------------

// Where the host ends: the URL's path begins there.
static uint32_t authority_end(Str text, uint32_t from) {
    int64_t slash = str_find(text, STR("/"), from);
    return slash < 0 ? text.n : (uint32_t)slash;
}

// Cuts `:folder` off, which is the first colon at or after `from`.
static Str cut_folder(Str *text, uint32_t from) {
    int64_t colon = str_find(*text, STR(":"), from);
    if (colon < 0)
        return STR_EMPTY;
    Str folder = str_slice(*text, (uint32_t)colon + 1, text->n);
    *text = str_slice(*text, 0, (uint32_t)colon);
    while (str_ends(folder, "/"))
        folder.n--;
    return folder;
}

// What git allows in the names of branches and tags; commits are such names, too.
static bool ref_is_good(Str ref) {
    if (*ref.p == '-' || *ref.p == '/' || str_ends(ref, "/") || str_ends(ref, ".lock") ||
        str_contains(ref, "..") || str_contains(ref, "@{") || str_contains(ref, "//"))
        return false;
    for (uint32_t i = 0; i < ref.n; i++)
        if ((unsigned char)ref.p[i] <= ' ' || ref.p[i] == 0x7F ||
            str_find(STR("~^:?*[\\"), str_slice(ref, i, i + 1), 0) >= 0)
            return false;
    return true;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// `%20` and the like, in a file URL. A NUL would end the path early.
static bool percent_decode(Arena *a, Str text, Str *out) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            buf_putc(&b, text.p[i]);
            continue;
        }
        int high = i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
        int low = i + 2 < text.n ? hex_digit(text.p[i + 2]) : -1;
        if (high < 0 || low < 0 || high * 16 + low == 0)
            return false;
        buf_putc(&b, (char)(high * 16 + low));
        i += 2;
    }
    *out = buf_str(&b);
    return true;
}

// ---- Forms --------------------------------------------------------------------------------------

// Of names, addresses (`[::1]`) and ports.
static bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

// host or user@host, with a port. Passwords are refused, and users where only https could use them.
static const char *authority_wrong(Str authority, OriginType type) {
    int64_t at = str_rfind_char(authority, '@');
    Str user = str_slice(authority, 0, at < 0 ? 0 : (uint32_t)at);
    Str host = str_slice(authority, at < 0 ? 0 : (uint32_t)at + 1, authority.n);
    if (host.n == 0)
        return "it names no host";
    if (*host.p == '-' || (at >= 0 && (user.n == 0 || *user.p == '-')))
        return "what stands in place of its host could be an option";
    for (uint32_t i = 0; i < host.n; i++)
        if (!is_host_char(host.p[i]))
            return "its host is not written right";
    if (at >= 0 && (type != ORIGIN_SSH || str_contains(user, ":")))
        return "a URL must not carry a user's name or password; for private repositories use ssh";
    return NULL;
}

static bool parse_url(Arena *a, const Scheme *scheme, Str text, Origin *out, Err *err) {
    uint32_t start = str_of(scheme->name).n, end = authority_end(text, start);
    Str authority = str_slice(text, start, end);
    out->type = scheme->type;
    out->url = text;
    if (!out->ref.n && !out->folder.n)
        out->folder = cut_folder(&out->url, end);
    if (scheme->type == ORIGIN_LOCAL) {
        if (authority.n && !str_is(authority, "localhost"))
            return refuse(err, text, "a file URL cannot name another machine");
        Str path = str_slice(out->url, end, out->url.n);
        if (!percent_decode(a, path, &out->url) || out->url.n == 0)
            return refuse(err, text, "its path is not written right");
        return true;
    }
    const char *wrong = authority_wrong(authority, scheme->type);
    if (!wrong && end + 1 >= out->url.n)
        wrong = "it names a host, but no repository";
    return wrong ? refuse(err, text, wrong) : true;
}

// As git has it: a colon before the first slash makes a host of what stands before it.
static bool parse_short(Str text, Origin *out, Err *err) {
    int64_t colon = str_find(text, STR(":"), 0), slash = str_find(text, STR("/"), 0);
    if (colon < 0 || (slash >= 0 && slash < colon)) {
        out->type = ORIGIN_LOCAL;
        out->url = text;
        if (!out->ref.n && !out->folder.n)
            out->folder = cut_folder(&out->url, 0);
        return out->url.n ? true : refuse(err, text, "it is empty");
    }
    if (str_find(text, STR("::"), 0) == colon)
        return refuse(err, text, "helpers of git are not run");
    out->type = ORIGIN_SSH;
    out->url = text;
    if (!out->ref.n && !out->folder.n)
        out->folder = cut_folder(&out->url, (uint32_t)colon + 1);
    const char *wrong = authority_wrong(str_slice(text, 0, (uint32_t)colon), ORIGIN_SSH);
    if (!wrong && (uint32_t)colon + 1 >= out->url.n)
        wrong = "it names a host, but no repository";
    return wrong ? refuse(err, text, wrong) : true;
}

static bool parse_place(Arena *a, Str text, Origin *out, Err *err) {
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (str_starts(text, schemes[i].name))
            return parse_url(a, &schemes[i], text, out, err);
    if (str_contains(text, "://")) {
        refuse(err, text, "only https, ssh, git and file URLs are read");
        if (str_starts(text, "http://"))
            err_hint(err, "what comes over http may have been changed on its way: use https");
        return false;
    }
    return parse_short(text, out, err);
}

bool source_parse(Arena *a, Str text, Origin *out, Err *err) {
    *out = (Origin){0};
    if (text.n == 0 || text.n > SOURCE_MAX)
        return refuse(err, str_slice(text, 0, 80), text.n ? "it is too long" : "it is empty");
    if (*text.p == '-')
        return refuse(err, text, "it could be an option");
    for (uint32_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7F)
            return refuse(err, text, "it has a control character");
    Str place = text;
    int64_t hash = str_find(text, STR("#"), 0);
    if (hash >= 0) {
        place = str_slice(text, 0, (uint32_t)hash);
        out->ref = str_slice(text, (uint32_t)hash + 1, text.n);
        out->folder = cut_folder(&out->ref, 0);
        if (out->ref.n == 0 || !ref_is_good(out->ref))
            return refuse(err, text, "behind `#` a branch, tag or commit must be named");
    }
    if (!parse_place(a, place, out, err))
        return false;
    const char *wrong = out->folder.n ? paths_wrong(out->folder) : NULL;
    return wrong ? refuse(err, text, wrong) : true;
}
