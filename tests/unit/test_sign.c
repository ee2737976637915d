// Signatures, beside AWS's own suite (tests/data/aws-sigv4.json: each case as headers and as a
// query, from the canonical request on) and the examples of S3's documentation.

#include "adapters/aws/sign/sign.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
enum { CASES = 38, MAY_24_2013 = 1369353600, AUG_30_2015 = 1440938160 };

static void expect(const char *name, const char *what, Str got, const char *wanted) {
    if (!str_is(got, wanted))
        fail_msg("%s, %s:\n--- is\n%.*s\n--- should be\n%s", name, what, STR_ARG(got), wanted);
}

// ---- AWS's suite -------------------------------------------------------------------------------

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool flag_of(const cJSON *object, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

// "GET /?a=b HTTP/1.1\nHost:…\n folded\n\nbody"
static void read_request(Arena *a, Str text, SignRequest *q, Str *body) {
    int64_t space = str_find(text, STR(" "), 0);
    int64_t version = str_find(text, STR(" HTTP/1.1\n"), 0);
    Str target = str_slice(text, (uint32_t)space + 1, (uint32_t)version);
    int64_t mark = str_find(target, STR("?"), 0);
    q->method = str_cstr(a, str_slice(text, 0, (uint32_t)space));
    q->path = mark < 0 ? target : str_slice(target, 0, (uint32_t)mark);
    q->query = mark < 0 ? STR_EMPTY : str_slice(target, (uint32_t)mark + 1, target.n);
    uint32_t at = (uint32_t)version + 10;
    while (at < text.n && text.p[at] != '\n') {
        int64_t end = str_find(text, STR("\n"), at);
        uint32_t to = end < 0 ? text.n : (uint32_t)end;
        Str line = str_slice(text, at, to);
        if (line.p[0] == ' ') { // the value goes on
            Str *value = &vec_last(&q->headers).value;
            *value = str_slice(text, (uint32_t)(value->p - text.p), to);
        } else {
            int64_t colon = str_find(line, STR(":"), 0);
            HttpHeader h = {str_slice(line, 0, (uint32_t)colon),
                            str_slice(line, (uint32_t)colon + 1, line.n)};
            vec_push(a, &q->headers, h);
        }
        at = to + 1;
    }
    *body = str_slice(text, at + 1, text.n);
}

static void set_case(Arena *a, const cJSON *c, SignRequest *q, AwsCredentials *keys) {
    const cJSON *context = cJSON_GetObjectItem(c, "context");
    const cJSON *secret = cJSON_GetObjectItem(context, "credentials");
    Str body;
    keys->access_key = str_of(text_of(secret, "access_key_id"));
    keys->secret_key = str_of(text_of(secret, "secret_access_key"));
    keys->session_token = str_of(text_of(secret, "token"));
    *q = (SignRequest){.region = str_of(text_of(context, "region")),
                       .service = str_of(text_of(context, "service")),
                       .time = AUG_30_2015,
                       .keys = keys,
                       .normalize = flag_of(context, "normalize"),
                       .hashed = flag_of(context, "sign_body"),
                       .late_token = flag_of(context, "omit_session_token"),
                       .expires = (uint32_t)cJSON_GetObjectItem(c, "expires")->valueint};
    read_request(a, str_of(text_of(c, "request")), q, &body);
    q->payload = digest_sha256_hex(a, body);
}

static void as_headers(const cJSON *c) {
    Arena a;
    SignRequest q;
    AwsCredentials keys = {0};
    Signed s;
    arena_init(&a);
    set_case(&a, c, &q, &keys);
    uint32_t before = q.headers.n;
    sign_headers(&a, &q, &s);
    expect(c->string, "canonical request", s.canonical, text_of(c, "canonical"));
    expect(c->string, "string to sign", s.to_sign, text_of(c, "toSign"));
    expect(c->string, "signature", str_of(s.signature), text_of(c, "signature"));
    // Each header that was added stands in the signed request.
    for (uint32_t i = before; i < q.headers.n; i++) {
        Str value = q.headers.at[i].value;
        if (!str_contains(str_of(text_of(c, "signed")), str_cstr(&a, value)))
            fail_msg("%s: no header %.*s", c->string, STR_ARG(value));
    }
    arena_release(&a);
}

static void as_query(const cJSON *c) {
    Arena a;
    SignRequest q;
    AwsCredentials keys = {0};
    Signed s;
    arena_init(&a);
    set_case(&a, c, &q, &keys);
    const cJSON *wanted = cJSON_GetObjectItem(c, "query");
    Str query = sign_query(&a, &q, &s);
    expect(c->string, "canonical request of the query", s.canonical, text_of(wanted, "canonical"));
    expect(c->string, "string to sign of the query", s.to_sign, text_of(wanted, "toSign"));
    expect(c->string, "signature of the query", str_of(s.signature), text_of(wanted, "signature"));
    // The suite sends raw bytes as it got them; so do we.
    Str line = str_cat(&a, query, STR(" HTTP/1.1\n"));
    if (!str_contains(str_of(text_of(wanted, "signed")), str_cstr(&a, line)))
        fail_msg("%s: the query %.*s\nis not that of\n%s", c->string, STR_ARG(query),
                 text_of(wanted, "signed"));
    arena_release(&a);
}

static void aws_own_suite(void **state) {
    Arena a;
    Str text;
    Err err = {0};
    Host *host = host_posix();
    int count = 0;
    (void)state;
    arena_init(&a);
    assert_true(host->read_file(host, &a, STR("tests/data/aws-sigv4.json"), 1 << 20, &text, &err));
    cJSON *cases = cJSON_ParseWithLength(text.p, text.n);
    assert_non_null(cases);
    for (const cJSON *c = cases->child; c; c = c->next, count++) {
        as_headers(c);
        as_query(c);
    }
    assert_int_equal(count, CASES);
    cJSON_Delete(cases);
    arena_release(&a);
}

// ---- S3's documentation ------------------------------------------------------------------------

static const AwsCredentials S3_KEYS = {
    .access_key = {"AKIAIOSFODNN7EXAMPLE", 20},
    .secret_key = {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 40},
    .session_token = {"", 0},
    .account = {"", 0}};

static SignRequest s3_request(const char *method, const char *path, const char *query) {
    return (SignRequest){.method = method,
                         .path = str_of(path),
                         .query = str_of(query),
                         .payload = STR(NOTHING),
                         .region = STR("us-east-1"),
                         .service = STR("s3"),
                         .time = MAY_24_2013,
                         .keys = &S3_KEYS,
                         .verbatim = true,
                         .hashed = true,
                         .expires = 86400};
}

static void add(Arena *a, SignRequest *q, const char *name, const char *value) {
    vec_push(a, &q->headers, (HttpHeader){str_of(name), str_of(value)});
}

static void s3_examples(void **state) {
    static const struct {
        const char *method, *path, *query, *headers[4], *body, *signature;
    } cases[] = {
        {"GET",
         "/test.txt",
         "",
         {"Range", "bytes=0-9"},
         "",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        {"PUT",
         "/test%24file.text",
         "",
         {"Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY"},
         "Welcome to Amazon S3.",
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        {"GET",
         "/",
         "lifecycle",
         {NULL},
         "",
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        {"GET",
         "/",
         "prefix=J&max-keys=2",
         {NULL},
         "",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        Signed s;
        arena_init(&a);
        SignRequest q = s3_request(cases[i].method, cases[i].path, cases[i].query);
        add(&a, &q, "Host", "examplebucket.s3.amazonaws.com");
        for (size_t h = 0; h < 4 && cases[i].headers[h]; h += 2)
            add(&a, &q, cases[i].headers[h], cases[i].headers[h + 1]);
        q.payload = digest_sha256_hex(&a, str_of(cases[i].body));
        sign_headers(&a, &q, &s);
        expect(cases[i].path, "signature", str_of(s.signature), cases[i].signature);
        arena_release(&a);
    }
}

static void s3_link(void **state) {
    Arena a;
    Signed s;
    (void)state;
    arena_init(&a);
    SignRequest q = s3_request("GET", "/test.txt", "");
    q.payload = STR(SIGN_UNSIGNED);
    add(&a, &q, "Host", "examplebucket.s3.amazonaws.com");
    Str query = sign_query(&a, &q, &s);
    expect("link", "signature", str_of(s.signature),
           "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    expect("link", "query", query,
           "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
           "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-"
           "Amz-Expires=86400&X-Amz-Signature="
           "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    arena_release(&a);
}

// 65 KiB of `a` in chunks of 64 KiB.
enum { CHUNK = 64 << 10, WHOLE = 65 << 10 };

static Str many_a(Arena *a) {
    char *p = arena_alloc(a, CHUNK);
    memset(p, 'a', CHUNK);
    return (Str){p, CHUNK};
}

static void start_chunks(Arena *a, const char *payload, ChunkSigner *c, const char *trailer,
                         const char *seed) {
    Signed s;
    SignRequest q = s3_request("PUT", "/examplebucket/chunkObject.txt", "");
    q.payload = str_of(payload);
    add(a, &q, "Host", "s3.amazonaws.com");
    add(a, &q, "x-amz-storage-class", "REDUCED_REDUNDANCY");
    add(a, &q, "Content-Encoding", "aws-chunked");
    add(a, &q, "x-amz-decoded-content-length", "66560");
    if (trailer)
        add(a, &q, "x-amz-trailer", trailer);
    else
        add(a, &q, "Content-Length", "66824");
    sign_headers(a, &q, &s);
    expect("chunks", "signature of the headers", str_of(s.signature), seed);
    chunk_start(c, &s);
}

static uint64_t expect_chunks(Arena *a, ChunkSigner *c, const char *const *heads) {
    static const uint32_t sizes[] = {CHUNK, WHOLE - CHUNK, 0};
    Str all = many_a(a);
    uint64_t total = 0;
    for (size_t i = 0; i < 3; i++) {
        Str head = chunk_head(c, a, str_slice(all, 0, sizes[i]));
        Str wanted = str_fmt(a, "%x;chunk-signature=%s\r\n", (unsigned)sizes[i], heads[i]);
        expect("chunks", "head", head, str_cstr(a, wanted));
        total += head.n + sizes[i] + (sizes[i] ? 2 : 0);
    }
    return total;
}

static void s3_chunks(void **state) {
    static const char *const heads[] = {
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"};
    Arena a;
    ChunkSigner c;
    (void)state;
    arena_init(&a);
    start_chunks(&a, SIGN_STREAMING, &c, NULL,
                 "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    uint64_t total = expect_chunks(&a, &c, heads) + 2;
    assert_int_equal(total, 66824); // what the documentation sends as Content-Length
    assert_int_equal(chunk_total(WHOLE, CHUNK, 0), total);
    arena_release(&a);
}

static void s3_chunks_with_a_trailer(void **state) {
    static const char *const heads[] = {
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"};
    Str name = STR("x-amz-checksum-crc32c"), value = STR("sOO8/Q==");
    Arena a;
    ChunkSigner c;
    (void)state;
    arena_init(&a);
    start_chunks(&a, SIGN_STREAMING_TRAILER, &c, "x-amz-checksum-crc32c",
                 "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    uint64_t total = expect_chunks(&a, &c, heads);
    Str end = chunk_trailer(&c, &a, name, value);
    expect("chunks", "trailer", end,
           "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
           "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n");
    assert_int_equal(chunk_trailer_size(name, value), end.n);
    assert_int_equal(chunk_total(WHOLE, CHUNK, end.n), total + end.n);
    arena_release(&a);
}

// ---- Paths and queries -------------------------------------------------------------------------

static void paths(void **state) {
    static const struct {
        const char *path;
        bool verbatim, normalize;
        const char *wanted;
    } cases[] = {
        {"", false, true, "/"},
        {"/", false, true, "/"},
        {"/a%20b", false, true, "/a%2520b"}, // what was encoded is encoded again
        {"/a%20b", true, false, "/a%20b"},   // but of S3
        {"/a//b/./../c", true, false, "/a//b/./../c"},
        {"/a//b/./../c", false, true, "/a/c"},
        {"/../..", false, true, "/"},
        {"/a/..", false, true, "/"},
        {"/a/.", false, true, "/a/"},
        {"/arn%3Aaws%3A", false, true, "/arn%253Aaws%253A"},
        {"/~user/a-b_c.d", false, true, "/~user/a-b_c.d"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i].path, "path",
               canonical_path(&a, str_of(cases[i].path), cases[i].verbatim, cases[i].normalize),
               cases[i].wanted);
    arena_release(&a);
}

static void queries(void **state) {
    static const char *const cases[][2] = {
        {"", ""},
        {"versioning", "versioning="},
        {"b=2&a=1&b=1", "a=1&b=1&b=2"},
        {"a=%2f&a=/", "a=%2F&a=%2F"},
        {"a=b=c", "a=b%3Dc"},
        {"&&a", "a="},
        {"%zz=%4&x=%", "%25zz=%254&x=%25"},
        {"B=1&a=1&A=1", "A=1&B=1&a=1"},
        {"list-type=2&prefix=a%20b%2Bc", "list-type=2&prefix=a%20b%2Bc"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i][0], "query", canonical_query(&a, str_of(cases[i][0])), cases[i][1]);
    arena_release(&a);
}

// ---- Digests -----------------------------------------------------------------------------------

static void digests(void **state) {
    static const unsigned char key[] = "key";
    unsigned char sum[SHA256_SIZE];
    char hex[SHA256_HEX + 1];
    Arena a;
    (void)state;
    arena_init(&a);
    expect("abc", "SHA-256", digest_sha256_hex(&a, STR("abc")),
           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_hmac(key, 3, STR("The quick brown fox jumps over the lazy dog"), sum);
    digest_hex(sum, hex);
    assert_string_equal(hex, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    expect("base 64", "of 3", digest_base64(&a, (const unsigned char *)"abc", 3), "YWJj");
    expect("base 64", "of 4", digest_base64(&a, (const unsigned char *)"abcd", 4), "YWJjZA==");
    arena_release(&a);
}

static void digest_of_files(void **state) {
    char path[] = "/tmp/pluto-sign-XXXXXX";
    unsigned char sum[SHA256_SIZE];
    char hex[SHA256_HEX + 1];
    uint64_t size = 0;
    Err err = {0};
    Arena a;
    (void)state;
    arena_init(&a);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (int i = 0; i < 1000; i++) // more than one piece
        assert_int_equal(
            write(
                fd,
                "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb",
                80),
            80);
    close(fd);
    assert_true(digest_file(&a, str_of(path), sum, &size, &err));
    assert_int_equal(size, 80000);
    digest_hex(sum, hex);
    Str text;
    Host *host = host_posix();
    assert_true(host->read_file(host, &a, str_of(path), 1 << 20, &text, &err));
    expect("file", "SHA-256", digest_sha256_hex(&a, text), hex);
    unlink(path);
    assert_false(digest_file(&a, str_of(path), sum, &size, &err));
    assert_true(str_contains(str_of(err.message), "No such file"));
    assert_false(digest_file(&a, STR("/dev/null"), sum, &size, &err));
    assert_int_equal(err.kind, ERR_NOT_REGULAR);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aws_own_suite),
        cmocka_unit_test(s3_examples),
        cmocka_unit_test(s3_link),
        cmocka_unit_test(s3_chunks),
        cmocka_unit_test(s3_chunks_with_a_trailer),
        cmocka_unit_test(paths),
        cmocka_unit_test(queries),
        cmocka_unit_test(digests),
        cmocka_unit_test(digest_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
