// Any bytes as a request that is signed: the canonical spelling of a query is its own, paths stay
// paths, no header makes lines of its own, signatures have their length, and chunks the sum that
// was promised.
//
// Lines: method, path, query, `name:value`s up to an empty one, body.

#include "adapters/aws/sign/sign.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str next_line(Str *rest) {
    int64_t end = str_find(*rest, STR("\n"), 0);
    uint32_t to = end < 0 ? rest->n : (uint32_t)end;
    Str line = str_slice(*rest, 0, to);
    *rest = str_slice(*rest, to + 1, rest->n);
    return line;
}

static unsigned lines_of(Str s) {
    unsigned n = 0;
    for (uint32_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static void check_canonical(Arena *a, const SignRequest *q) {
    Str once = canonical_query(a, q->query);
    if (!str_eq(once, canonical_query(a, once)))
        BUG("a canonical query with another spelling");
    Str path = canonical_path(a, q->path, false, true);
    if (path.n == 0 || path.p[0] != '/' || str_contains(path, "//") || str_contains(path, "/../"))
        BUG("a path that is none");
    Str names;
    Str headers = canonical_headers(a, &q->headers, &names);
    // A value cannot make a line of its own; a name of headers comes from us alone.
    bool clean = true;
    for (uint32_t i = 0; i < q->headers.n; i++)
        clean = clean && !str_contains(q->headers.at[i].name, "\n");
    if (clean && lines_of(headers) > q->headers.n + 1)
        BUG("lines that nobody wrote");
}

static void check_signature(const Signed *s) {
    if (strlen(s->signature) != SHA256_HEX || strspn(s->signature, "0123456789abcdef") != 64)
        BUG("a signature that is none");
    if (strlen(s->time) != SIGN_TIME_SIZE - 1)
        BUG("a time that is none");
}

static void check_chunks(Arena *a, const Signed *head, Str body) {
    ChunkSigner c;
    enum { CHUNK = 7 };
    Str name = STR("x-amz-checksum-crc32"), value = STR("AAAAAA==");
    uint64_t total = 0;
    chunk_start(&c, head);
    for (uint32_t at = 0; at < body.n; at += CHUNK) {
        Str piece = str_slice(body, at, at + CHUNK);
        total += chunk_head(&c, a, piece).n + piece.n + 2;
    }
    total += chunk_head(&c, a, STR_EMPTY).n + chunk_trailer(&c, a, name, value).n;
    if (total != chunk_total(body.n, CHUNK, chunk_trailer_size(name, value)))
        BUG("another length than promised");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena a;
    Signed s;
    AwsCredentials keys = {STR("AK"), STR("secret"), STR_EMPTY, STR_EMPTY, 0};
    if (size > 4096)
        return 0;
    arena_init(&a);
    Str rest = {(const char *)data, (uint32_t)size};
    SignRequest q = {.method = str_cstr(&a, next_line(&rest)),
                     .path = next_line(&rest),
                     .query = next_line(&rest),
                     .region = STR("eu-west-1"),
                     .service = STR("s3"),
                     .time = 1700000000,
                     .keys = &keys,
                     .normalize = size % 2,
                     .hashed = true,
                     .expires = 60};
    for (Str line = next_line(&rest); line.n; line = next_line(&rest)) {
        int64_t colon = str_find(line, STR(":"), 0);
        if (colon > 0)
            vec_push(&a, &q.headers,
                     (HttpHeader){str_slice(line, 0, (uint32_t)colon),
                                  str_slice(line, (uint32_t)colon + 1, line.n)});
    }
    q.payload = digest_sha256_hex(&a, rest);
    keys.session_token = str_slice(rest, 0, size % 3 ? 5 : 0);
    check_canonical(&a, &q);
    sign_query(&a, &q, &s);
    check_signature(&s);
    sign_headers(&a, &q, &s);
    check_signature(&s);
    check_chunks(&a, &s, rest);
    arena_release(&a);
    return 0;
}
