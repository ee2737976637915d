// What credentials are made of: times, JSON, addresses of containers, proofs of possession, cache
// files, programs that are run.

#include "adapters/aws/creds/cache.h"
#include "adapters/aws/creds/container.h"
#include "adapters/aws/creds/dpop.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/process.h"
#include "adapters/aws/creds/renewal.h"
#include "adapters/aws/creds/sso_token.h"
#include "adapters/aws/creds/timestamp.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

// ---- Times --------------------------------------------------------------------------------------

static void times_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t time; // -1: it is none
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-01-31T12:00:00Z", 1769860800},
        {"2026-01-31T12:00:00", 1769860800},
        {"2026-01-31T12:00:00UTC", 1769860800},
        {"2026-01-31 12:00:00Z", 1769860800},
        {"2026-01-31T12:00:00.123456Z", 1769860800},
        {"2026-01-31T13:00:00+01:00", 1769860800},
        {"2026-01-31T06:30:00-0530", 1769860800},
        {" 2026-01-31T12:00:00+00:00\n", 1769860800},
        {"2024-02-29T00:00:00Z", 1709164800},
        {"2000-02-29T00:00:00Z", 951782400},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"", -1},
        {"2026", -1},
        {"2026-02-29T00:00:00Z", -1},
        {"2100-02-29T00:00:00Z", -1},
        {"2026-13-01T00:00:00Z", -1},
        {"2026-00-01T00:00:00Z", -1},
        {"2026-01-31T24:00:00Z", -1},
        {"2026-01-31T12:60:00Z", -1},
        {"2026-01-31T12:00:00X", -1},
        {"2026-01-31T12:00:00+1:00", -1},
        {"2026-1-31T12:00:00Z", -1},
        {"1969-12-31T23:59:59Z", -1},
        {"soon", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t t = -1;
        bool good = timestamp_read(str_of(cases[i].text), &t);
        if (good != (cases[i].time >= 0) || (good && t != cases[i].time))
            fail_msg("`%s`: %lld", cases[i].text, (long long)t);
    }
    Arena a;
    arena_init(&a);
    // What is written is read again as it was: over four centuries, each day once.
    for (int64_t t = 12345; t < 13000000000; t += 86400 + 61) {
        int64_t again;
        ArenaMark mark = arena_mark(&a);
        assert_true(timestamp_read(timestamp_text(&a, t), &again));
        assert_int_equal(t, again);
        arena_reset(&a, mark);
    }
    arena_release(&a);
}

static void credentials_are_renewed_in_time(void **state) {
    (void)state;
    enum { NOW = 1000000 };
    static const struct {
        int64_t left, age; // left -1: they do not end
        bool force;
        Renewal need;
    } cases[] = {
        {-1, 100000, false, RENEW_NOT},
        {-1, 100000, true, RENEW_NOW},
        {-1, 1, true, RENEW_NOW},
        {3600, 100, false, RENEW_NOT},
        {901, 100, false, RENEW_NOT},
        {900, 100, false, RENEW_SOON},
        {601, 100, false, RENEW_SOON},
        {600, 100, false, RENEW_NOW},
        {1, 100, false, RENEW_NOW},
        {0, 100, false, RENEW_NOW},
        {-5, 100, false, RENEW_NOW},
        // Found just now, and of a short life: not asked for each time.
        {800, 59, false, RENEW_NOT},
        {300, 59, false, RENEW_NOT},
        {300, 60, false, RENEW_NOW},
        {0, 0, false, RENEW_NOW},
        {300, 1, true, RENEW_NOW},
        {300, 2, true, RENEW_NOW},
        // The clock was set back since.
        {300, -100, false, RENEW_NOW},
        {3600, -100, true, RENEW_NOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Held held = {.have = true,
                     .expires = cases[i].left == -1 ? 0 : NOW + cases[i].left,
                     .found_at = NOW - cases[i].age};
        if (renewal_of(&held, NOW, cases[i].force) != cases[i].need)
            fail_msg("case %zu", i);
    }
    // Who was refused as well finds what the first one found.
    Held forced = {.have = true, .found_at = NOW, .forced_at = NOW};
    assert_int_equal(renewal_of(&forced, NOW + 1, true), RENEW_NOT);
    assert_int_equal(renewal_of(&forced, NOW + 2, true), RENEW_NOW);
    assert_int_equal(renewal_of(&forced, NOW - 9, true), RENEW_NOW);
    // Where nothing was found just now nobody looks again.
    Held failed = {.failed = true, .found_at = NOW};
    assert_int_equal(renewal_of(&failed, NOW + 1, false), RENEW_NOT);
    assert_int_equal(renewal_of(&failed, NOW + 1, true), RENEW_NOT);
    assert_int_equal(renewal_of(&failed, NOW + 2, false), RENEW_NOW);
    assert_int_equal(renewal_of(&(Held){0}, NOW, false), RENEW_NOW);
    assert_int_equal(renewal_of(&(Held){.found_at = NOW}, NOW, true), RENEW_NOW);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void keys_are_read(void **state) {
    (void)state;
    static const KeysForm program = {.token = "SessionToken", .version = true};
    static const KeysForm machine = {.token = "Token", .coded = true, .whole = true};
    static const struct {
        const KeysForm *form;
        const char *json, *error; // NULL: they are good
    } cases[] = {
        {&program, "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\"}", NULL},
        {&program,
         "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\","
         "\"SessionToken\":null,\"Expiration\":null}",
         NULL},
        {&program, "", "it is not a JSON object"},
        {&program, "[]", "it is not a JSON object"},
        {&program, "{", "it is not a JSON object"},
        {&program, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\"}", "`Version` is missing"},
        {&program, "{\"Version\":2}", "`Version` is not 1"},
        {&program, "{\"Version\":\"1\"}", "`Version` is not 1"},
        {&program, "{\"Version\":1,\"SecretAccessKey\":\"S\"}", "`AccessKeyId` is missing"},
        {&program, "{\"Version\":1,\"AccessKeyId\":7}", "`AccessKeyId` is not a text"},
        {&program, "{\"Version\":1,\"AccessKeyId\":\"A\"}", "`SecretAccessKey` is missing"},
        {&program, "{\"Version\":1,\"AccessKeyId\":\"A\\r\\nX: y\",\"SecretAccessKey\":\"S\"}",
         "`AccessKeyId` holds blanks"},
        {&program,
         "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"x\"}",
         "`Expiration` is not a time"},
        {&machine,
         "{\"Code\":\"Success\",\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\","
         "\"Token\":\"T\",\"Expiration\":\"2026-01-31T12:00:00Z\"}",
         NULL},
        {&machine, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"no\\u001b[2J\"}",
         "AssumeRoleUnauthorizedAccess: no\\u{1b}[2J"},
        {&machine, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\"}", "`Token` is missing"},
        {&machine, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Token\":\"T\"}",
         "`Expiration` is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        arena_init(&a);
        AwsCredentials k;
        Err err = {0};
        bool good = keys_read(&a, str_of(cases[i].json), cases[i].form, &k, &err);
        if (good != !cases[i].error ||
            (!good && !str_contains(str_of(err.message), cases[i].error)))
            fail_msg("%s: %s", cases[i].json, err.message);
        arena_release(&a);
    }
}

static void sso_tokens_are_read_and_written(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    SsoToken t, again;
    Err err = {0};
    Str json = STR("{\"startUrl\":\"https://x\",\"region\":\"eu-west-1\",\"accessToken\":\"T\","
                   "\"expiresAt\":\"2026-01-31T12:00:00Z\",\"clientId\":\"c\","
                   "\"clientSecret\":\"\\\"s\\\\\",\"registrationExpiresAt\":"
                   "\"2026-03-01T00:00:00Z\",\"refreshToken\":\"r\"}");
    assert_true(sso_token_read(&a, json, &t, &err));
    assert_true(str_is(t.client_secret, "\"s\\"));
    assert_int_equal(t.expires, 1769860800);
    assert_true(str_eq(sso_token_text(&a, &t), json));
    assert_true(sso_token_read(&a, sso_token_text(&a, &t), &again, &err));
    assert_true(str_is(again.refresh, "r"));
    assert_false(sso_token_read(&a, STR("{\"accessToken\":\"T\"}"), &t, &err));
    assert_string_equal(err.message, "its `expiresAt` is not a time");
    assert_false(sso_token_read(&a, STR("{}"), &t, &err));
    assert_string_equal(err.message, "it holds no `accessToken`");
    assert_false(sso_token_read(&a, STR("x"), &t, &err));
    arena_release(&a);
}

// ---- Containers ---------------------------------------------------------------------------------

static void a_container_is_asked_at_its_agent_alone(void **state) {
    (void)state;
    static const struct {
        const char *relative, *full, *url, *host; // url NULL: refused
    } cases[] = {
        {"/v2/x?a=b", "", "http://169.254.170.2/v2/x?a=b", "169.254.170.2"},
        {"/v2/x", "http://example.com", "http://169.254.170.2/v2/x", "169.254.170.2"},
        {"@example.com/", "", NULL, NULL},
        {".example.com/", "", NULL, NULL},
        {"/a b", "", NULL, NULL},
        {"", "http://localhost:80/x", "http://localhost:80/x", "localhost:80"},
        {"", "http://127.0.0.1/x", "http://127.0.0.1/x", "127.0.0.1"},
        {"", "http://127.9.9.9:1?x", "http://127.9.9.9:1?x", "127.9.9.9:1"},
        {"", "http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]:8080"},
        {"", "http://169.254.170.2/x", "http://169.254.170.2/x", "169.254.170.2"},
        {"", "http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials",
         "169.254.170.23"},
        {"", "http://[fd00:ec2::23]/x", "http://[fd00:ec2::23]/x", "[fd00:ec2::23]"},
        {"", "http://[fd00:0ec2:0::23]/x", "http://[fd00:0ec2:0::23]/x", "[fd00:0ec2:0::23]"},
        {"", "https://example.com/x", "https://example.com/x", "example.com"},
        {"", "http://169.254.169.254/x", NULL, NULL},
        {"", "http://169.254.170.2.example.com/x", NULL, NULL},
        {"", "http://localhost.example.com/x", NULL, NULL},
        {"", "http://localhost@example.com/x", NULL, NULL},
        {"", "http://127.0.0.1:x@example.com/", NULL, NULL},
        {"", "http://128.0.0.1/x", NULL, NULL},
        {"", "http://0x7f000001/x", NULL, NULL},
        {"", "http://2130706433/x", NULL, NULL},
        {"", "http://[::2]/x", NULL, NULL},
        {"", "http://[::1/x", NULL, NULL},
        {"", "http:///x", NULL, NULL},
        {"", "ftp://localhost/x", NULL, NULL},
        {"", "localhost/x", NULL, NULL},
        {"", "http://localhost\\@example.com/x", NULL, NULL},
        {"", "http://localhost/\r\nx", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        arena_init(&a);
        Str url, host;
        Err err = {0};
        bool good =
            container_url(&a, str_of(cases[i].relative), str_of(cases[i].full), &url, &host, &err);
        if (good != (cases[i].url != NULL) ||
            (good && (!str_is(url, cases[i].url) || !str_is(host, cases[i].host))))
            fail_msg("%s%s: %s", cases[i].relative, cases[i].full, err.message);
        arena_release(&a);
    }
}

// ---- Proofs -------------------------------------------------------------------------------------

static Str key_pem(Arena *a, EVP_PKEY *key) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *p;
    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    long n = BIO_get_mem_data(bio, &p);
    Str pem = str_dup(a, (Str){p, (uint32_t)n});
    BIO_free(bio);
    return pem;
}

static int value_of(char c) {
    const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = strchr(digits, c);
    assert_non_null(at);
    return (int)(at - digits);
}

static size_t decode(Str s, unsigned char *out) {
    uint32_t bits = 0, have = 0;
    size_t n = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        bits = bits << 6 | (uint32_t)value_of(s.p[i]);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (unsigned char)(bits >> have);
        }
    }
    return n;
}

// That a proof is signed by the key, as a token is: two numbers of 32 bytes.
static void check_proof(Arena *a, EVP_PKEY *key, Str pem) {
    Str proof;
    assert_true(dpop_proof(a, pem, STR("https://x/v1/token"), 7, STR("id"), &proof));
    int64_t first = str_find(proof, STR("."), 0), last = str_rfind_char(proof, '.');
    unsigned char body[512], raw[64];
    size_t n = decode(str_slice(proof, (uint32_t)first + 1, (uint32_t)last), body);
    assert_true(str_is((Str){(char *)body, (uint32_t)n},
                       "{\"jti\":\"id\",\"htm\":\"POST\",\"htu\":\"https://x/v1/token\","
                       "\"iat\":7}"));
    assert_int_equal(decode(str_slice(proof, (uint32_t)last + 1, proof.n), raw), 64);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
    unsigned char *der = NULL;
    int size = i2d_ECDSA_SIG(sig, &der);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(
        EVP_DigestVerify(c, der, (size_t)size, (const unsigned char *)proof.p, (size_t)last), 1);
    EVP_MD_CTX_free(c);
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
}

static void proofs_are_signed(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    // One number in 256 begins with a zero: among so many there are some.
    for (int i = 0; i < 5; i++) {
        EVP_PKEY *key = EVP_EC_gen("prime256v1");
        Str pem = key_pem(&a, key);
        for (int k = 0; k < 300; k++) {
            ArenaMark mark = arena_mark(&a);
            check_proof(&a, key, pem);
            arena_reset(&a, mark);
        }
        EVP_PKEY_free(key);
    }
    EVP_PKEY *other = EVP_EC_gen("secp384r1");
    Str proof;
    assert_false(dpop_proof(&a, key_pem(&a, other), STR("u"), 7, STR("id"), &proof));
    assert_false(dpop_proof(&a, STR("not a key"), STR("u"), 7, STR("id"), &proof));
    EVP_PKEY_free(other);
    arena_release(&a);
}

// ---- Files --------------------------------------------------------------------------------------

static void caches_are_written_for_their_owner(void **state) {
    (void)state;
    char folder[] = "/tmp/pluto-creds-XXXXXX";
    Arena a;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    Str path = str_fmt(&a, "%s/a/b/c.json", folder), text;
    Err err = {0};
    mode_t before = umask(0);
    assert_true(cache_write(&a, path, STR("one"), &err));
    assert_true(cache_write(&a, path, STR("two"), &err));
    umask(before);
    struct stat st;
    assert_int_equal(stat(str_cstr(&a, path), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(str_cstr(&a, path_dir(path)), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    Host *h = host_posix();
    assert_true(h->read_file(h, &a, path, 100, &text, &err) && str_is(text, "two"));
    Str *names;
    size_t n;
    assert_true(h->list(h, &a, path_dir(path), &names, &n));
    assert_int_equal(n, 1);
    assert_false(cache_write(&a, str_fmt(&a, "%s/a/b/c.json/d", folder), STR("x"), &err));
    assert_true(str_contains(str_of(err.message), "cannot write `"));
    unlink(str_cstr(&a, path));
    for (Str dir = path_dir(path); str_starts(dir, folder); dir = path_dir(dir))
        rmdir(str_cstr(&a, dir));
    // As the AWS CLI names them.
    assert_true(
        str_is(cache_name_sha1(&a, STR("admin")), "d033e22ae348aeb5660fc2140aec35850c4da997.json"));
    assert_true(str_is(cache_name_sha256(&a, STR("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e464"
                                                       "9b934ca495991b7852b855.json"));
    arena_release(&a);
}

// ---- Programs -----------------------------------------------------------------------------------

static ProcessEnd run(Arena *a, unsigned ms, const char *line) {
    WordVec words;
    ProcessEnd end;
    Err err = {0};
    assert_true(shlex_split(a, str_of(line), &words));
    if (!process_run(a, &words, ms, NULL, &end, &err))
        fail_msg("%s", err.message);
    return end;
}

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void programs_are_run(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    ProcessEnd end = run(&a, 10000, "printf '%s|' 'a b' '$HOME' ';' '*'");
    assert_true(str_is(end.out, "a b|$HOME|;|*|") && end.code == 0);
    end = run(&a, 10000, "sh -c 'cat; echo out; echo \" why \" >&2; exit 3'");
    assert_true(str_is(end.out, "out\n") && str_is(end.said, "why") && end.code == 3);
    end = run(&a, 10000, "sh -c 'kill -9 $$'");
    assert_int_equal(end.code, -1);
    end = run(&a, 10000, "sh -c 'yes | head -c 3000000'");
    assert_true(end.too_much);
    end = run(&a, 10000, "sh -c 'yes 1>&2 | head -c 1; yes | head -c 3000000 >&2; echo done'");
    assert_true(end.said.n <= PROCESS_SAID_MAX);
    WordVec none = {0};
    vec_push(&a, &none, STR("/no/such/program"));
    Err err = {0};
    assert_false(process_run(&a, &none, 1000, NULL, &end, &err));
    assert_string_equal(err.message, "cannot start `/no/such/program`: No such file or directory");
    arena_release(&a);
}

static void programs_that_hang_are_ended_with_their_children(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    char folder[] = "/tmp/pluto-creds-XXXXXX";
    assert_non_null(mkdtemp(folder));
    double start = seconds_now();
    // The child would write a file a second later, if it lived.
    Str line = str_fmt(&a, "sh -c '(sleep 1; touch %s/lived) & sleep 60'", folder);
    ProcessEnd end = run(&a, 200, str_cstr(&a, line));
    assert_true(end.timed_out);
    // It has ended, and its child holds the outputs.
    line = str_fmt(&a, "sh -c '(sleep 1; touch %s/lived) & true'", folder);
    end = run(&a, 200, str_cstr(&a, line));
    assert_true(end.timed_out);
    // It has closed both outputs, and goes on.
    end = run(&a, 200, "sh -c 'exec >&- 2>&-; exec sleep 60'");
    assert_true(end.timed_out);
    assert_true(seconds_now() - start < 10);
    nanosleep(&(struct timespec){1, 200000000}, NULL);
    assert_int_not_equal(access(str_cstr(&a, str_fmt(&a, "%s/lived", folder)), F_OK), 0);
    rmdir(folder);
    arena_release(&a);
}

static void *stop_soon(void *http) {
    nanosleep(&(struct timespec){0, 200000000}, NULL);
    http_stop(http);
    return NULL;
}

static void programs_end_where_we_are_stopped(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Err err = {0};
    WordVec words;
    ProcessEnd end;
    pthread_t thread;
    Http *http = http_open(&a, host_posix(), &err);
    assert_non_null(http);
    assert_true(shlex_split(&a, STR("sleep 60"), &words));
    double start = seconds_now();
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, http), 0);
    assert_true(process_run(&a, &words, 60000, http, &end, &err));
    pthread_join(thread, NULL);
    assert_true(end.stopped && !end.timed_out);
    assert_true(seconds_now() - start < 10);
    http_close(http);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(credentials_are_renewed_in_time),
        cmocka_unit_test(keys_are_read),
        cmocka_unit_test(sso_tokens_are_read_and_written),
        cmocka_unit_test(a_container_is_asked_at_its_agent_alone),
        cmocka_unit_test(proofs_are_signed),
        cmocka_unit_test(caches_are_written_for_their_owner),
        cmocka_unit_test(programs_are_run),
        cmocka_unit_test(programs_that_hang_are_ended_with_their_children),
        cmocka_unit_test(programs_end_where_we_are_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
