// Any bytes as what hands out credentials says: programs, containers, machines, SSO's cache, times,
// addresses, command lines. No crash; what is taken can go into a header; what a message says can
// go to a terminal; what was read as a time or a token is written so that it reads the same.

#include "adapters/aws/creds/container.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/shlex.h"
#include "adapters/aws/creds/sso_token.h"
#include "adapters/aws/creds/timestamp.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(Arena *a, const Err *err) {
    Str text = str_of(err->message);
    if (!err->kind || !text.n || !str_eq(str_visible(a, text), text))
        BUG("a refusal that says nothing, or that a terminal obeys");
}

static void as_keys(Arena *a, Str text) {
    static const KeysForm forms[] = {
        {.token = "SessionToken", .version = true},
        {.token = "Token", .coded = true, .whole = true},
        {.token = "Token", .coded = true},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        AwsCredentials k;
        Err err = {0};
        if (!keys_read(a, text, &forms[i], &k, &err))
            check_message(a, &err);
        else if (!k.access_key.n || !k.secret_key.n || !keys_plain(k.access_key) ||
                 !keys_plain(k.session_token) || !keys_plain(k.account))
            BUG("keys that no header carries");
    }
}

static void as_token(Arena *a, Str text) {
    SsoToken t, again;
    Err err = {0};
    if (!sso_token_read(a, text, &t, &err)) {
        check_message(a, &err);
        return;
    }
    if (!sso_token_read(a, sso_token_text(a, &t), &again, &err) ||
        !str_eq(t.access, again.access) || !str_eq(t.refresh, again.refresh) ||
        t.expires != again.expires)
        BUG("a token that is not what was written");
}

static void as_time(Arena *a, Str text) {
    int64_t t, again;
    if (timestamp_read(text, &t) && t >= 0 &&
        (!timestamp_read(timestamp_text(a, t), &again) || t != again))
        BUG("a time that is not what was written");
}

static void as_address(Arena *a, Str text) {
    Str url, host;
    Err err = {0};
    if (!container_url(a, STR_EMPTY, text, &url, &host, &err))
        check_message(a, &err);
    else if (!host.n || str_contains(url, "\n") || str_contains(host, "@"))
        BUG("an address that is none");
    err = (Err){0};
    if (text.n && container_url(a, text, STR_EMPTY, &url, &host, &err) &&
        !str_starts(url, "http://169.254.170.2/"))
        BUG("a path that leads elsewhere");
}

static void as_words(Arena *a, Str text) {
    WordVec words;
    uint64_t all = 0;
    if (!shlex_split(a, text, &words))
        return;
    for (uint32_t i = 0; i < words.n; i++)
        all += words.at[i].n;
    if (all > text.n || words.n > text.n)
        BUG("more words than text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = str_dup(&a, (Str){(const char *)data, (uint32_t)size});
    as_keys(&a, text);
    as_token(&a, text);
    as_time(&a, text);
    as_address(&a, text);
    as_words(&a, text);
    arena_release(&a);
    return 0;
}
