// Makes DPoP proofs: a JSON Web Token, ES256, with the public key in its head.
//
// In: a private key in PEM, and what is asked. Out: the token. Invariant: OpenSSL's signatures are
// DER; a token's are two numbers of 32 bytes.

#include "adapters/aws/creds/dpop.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

enum { HALF = 32, POINT = 1 + 2 * HALF };

Str base64url(Arena *a, const unsigned char *bytes, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    Buf b = buf_new(a);
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)bytes[i] << 16 | (i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0) |
                     (i + 2 < n ? bytes[i + 2] : 0);
        buf_putc(&b, digits[v >> 18 & 63]);
        buf_putc(&b, digits[v >> 12 & 63]);
        if (i + 1 < n)
            buf_putc(&b, digits[v >> 6 & 63]);
        if (i + 2 < n)
            buf_putc(&b, digits[v & 63]);
    }
    return buf_str(&b);
}

// Nobody is asked for a pass phrase.
static int no_phrase(char *buf, int size, int writing, void *context) {
    (void)buf, (void)size, (void)writing, (void)context;
    return -1;
}

static EVP_PKEY *key_read(Str pem) {
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_phrase, NULL) : NULL;
    BIO_free(bio);
    char group[64] = "";
    if (key && (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
                !EVP_PKEY_get_group_name(key, group, sizeof group, NULL) ||
                !str_is(str_of(group), "prime256v1"))) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static bool point_of(EVP_PKEY *key, unsigned char point[POINT]) {
    size_t n = 0;
    return EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                          "uncompressed") &&
           EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, POINT, &n) &&
           n == POINT && point[0] == 4;
}

static bool sign(EVP_PKEY *key, Str text, unsigned char raw[2 * HALF]) {
    unsigned char der[128];
    size_t n = sizeof der;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool good = c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(c, der, &n, (const unsigned char *)text.p, text.n) == 1;
    EVP_MD_CTX_free(c);
    if (!good)
        return false;
    const unsigned char *p = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)n);
    good = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, HALF) == HALF &&
           BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + HALF, HALF) == HALF;
    ECDSA_SIG_free(sig);
    return good;
}

static Str encoded(Arena *a, Str text) {
    return base64url(a, (const unsigned char *)text.p, text.n);
}

bool dpop_proof(Arena *a, Str pem, Str url, int64_t now, Str id, Str *out) {
    EVP_PKEY *key = key_read(pem);
    unsigned char point[POINT], raw[2 * HALF];
    bool good = key && point_of(key, point);
    if (good) {
        // Nothing in these needs an escape: URLs here have neither quotes nor backslashes.
        Str head = str_fmt(a,
                           "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\","
                           "\"crv\":\"P-256\",\"x\":\"%.*s\",\"y\":\"%.*s\"}}",
                           STR_ARG(base64url(a, point + 1, HALF)),
                           STR_ARG(base64url(a, point + 1 + HALF, HALF)));
        Str body = str_fmt(a, "{\"jti\":\"%.*s\",\"htm\":\"POST\",\"htu\":\"%.*s\",\"iat\":%lld}",
                           STR_ARG(id), STR_ARG(url), (long long)now);
        Str text = str_fmt(a, "%.*s.%.*s", STR_ARG(encoded(a, head)), STR_ARG(encoded(a, body)));
        good = sign(key, text, raw);
        if (good)
            *out = str_fmt(a, "%.*s.%.*s", STR_ARG(text), STR_ARG(base64url(a, raw, sizeof raw)));
    }
    EVP_PKEY_free(key);
    return good;
}
