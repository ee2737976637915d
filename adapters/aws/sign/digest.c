// SHA-256, HMAC and base 64 by libcrypto, the only file here that knows it.
//
// Invariant: keys that are made on the way are wiped.

#include "adapters/aws/sign/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 << 10 };

void digest_sha256(Str bytes, unsigned char out[SHA256_SIZE]) {
    unsigned n = 0;
    if (EVP_Digest(bytes.p, bytes.n, out, &n, EVP_sha256(), NULL) != 1 || n != SHA256_SIZE)
        BUG("libcrypto has no SHA-256");
}

void digest_hmac(const unsigned char *key, size_t key_size, Str bytes,
                 unsigned char out[SHA256_SIZE]) {
    unsigned n = 0;
    if (!HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)bytes.p, bytes.n, out, &n) ||
        n != SHA256_SIZE)
        BUG("libcrypto has no HMAC");
}

void digest_hex(const unsigned char *bytes, char out[SHA256_HEX + 1]) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[SHA256_HEX] = 0;
}

Str digest_sha256_hex(Arena *a, Str bytes) {
    unsigned char sum[SHA256_SIZE];
    char *hex = arena_alloc(a, SHA256_HEX + 1);
    digest_sha256(bytes, sum);
    digest_hex(sum, hex);
    return (Str){hex, SHA256_HEX};
}

Str digest_base64(Arena *a, const unsigned char *bytes, size_t size) {
    char *out = arena_alloc(a, (size + 2) / 3 * 4 + 1);
    int n = EVP_EncodeBlock((unsigned char *)out, bytes, (int)size);
    return (Str){out, (uint32_t)n};
}

void digest_wipe(void *p, size_t size) {
    OPENSSL_cleanse(p, size);
}

// ---- Piece by piece ----------------------------------------------------------------------------

struct Digest {
    EVP_MD_CTX *context;
};

Digest *digest_open(Arena *a) {
    Digest *d = arena_new(a, Digest);
    d->context = EVP_MD_CTX_new();
    BUG_IF(!d->context || EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) != 1);
    return d;
}

void digest_add(Digest *d, Str bytes) {
    if (EVP_DigestUpdate(d->context, bytes.p, bytes.n) != 1)
        BUG("SHA-256 failed in the middle");
}

void digest_close(Digest *d, unsigned char out[SHA256_SIZE]) {
    unsigned n = 0;
    if (EVP_DigestFinal_ex(d->context, out, &n) != 1)
        BUG("SHA-256 failed at its end");
    EVP_MD_CTX_free(d->context);
    d->context = NULL;
}

// ---- Files -------------------------------------------------------------------------------------

static bool unreadable(Str path, Err *err) {
    return err_set(err, ERR_IO, "cannot read `%.*s`: %s", STR_ARG(path), strerror(errno));
}

static bool digest_rest(int fd, Digest *d, char *piece, Str path, uint64_t *size, Err *err) {
    for (;;) {
        ssize_t n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return unreadable(path, err);
        if (n == 0)
            return true;
        *size += (uint64_t)n;
        digest_add(d, (Str){piece, (uint32_t)n});
    }
}

bool digest_file(Arena *a, Str path, unsigned char out[SHA256_SIZE], uint64_t *size, Err *err) {
    struct stat s;
    int fd = open(str_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return unreadable(path, err);
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
        close(fd);
        return err_set(err, ERR_NOT_REGULAR, "`%.*s` is not a file", STR_ARG(path));
    }
    Digest *d = digest_open(a);
    *size = 0;
    bool good = digest_rest(fd, d, arena_alloc(a, PIECE), path, size, err);
    digest_close(d, out);
    close(fd);
    return good;
}
