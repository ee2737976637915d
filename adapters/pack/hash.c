// SHA-256 by libcrypto. In: bytes. Out: 64 hex digits.
#include "adapters/pack/pack.h"

#include <openssl/evp.h>

struct Hash {
    EVP_MD_CTX *context;
};

Hash *hash_open(Arena *a, Err *err) {
    Hash *h = arena_new(a, Hash);
    h->context = EVP_MD_CTX_new();
    if (h->context && EVP_DigestInit_ex(h->context, EVP_sha256(), NULL) == 1)
        return h;
    EVP_MD_CTX_free(h->context);
    err_set(err, ERR_IO, "libcrypto has no SHA-256");
    return NULL;
}

void hash_add(Hash *h, Str bytes) {
    if (EVP_DigestUpdate(h->context, bytes.p, bytes.n) != 1)
        BUG("SHA-256 failed in the middle");
}

void hash_part(Hash *h, Str bytes) {
    unsigned char length[4];
    for (unsigned i = 0; i < sizeof length; i++)
        length[i] = (unsigned char)(bytes.n >> (8 * i));
    hash_add(h, (Str){(const char *)length, sizeof length});
    hash_add(h, bytes);
}

Str hash_close(Hash *h, Arena *a) {
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (EVP_DigestFinal_ex(h->context, sum, &n) != 1)
        BUG("SHA-256 failed at its end");
    EVP_MD_CTX_free(h->context);
    Buf b = buf_new(a);
    for (unsigned i = 0; i < n; i++) {
        buf_putc(&b, digits[sum[i] >> 4]);
        buf_putc(&b, digits[sum[i] & 15]);
    }
    return buf_str(&b);
}
