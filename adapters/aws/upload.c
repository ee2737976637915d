// A file as a body in signed chunks. In: a file, and the signature of the headers. Out: its bytes
// with what stands around each chunk, as they are asked for.
//
// So a large file is read once, and whatever was changed on the way is refused chunk by chunk.
// Invariant: exactly as many bytes as were promised, or an error: a file that shrinks is one.

#include "adapters/aws/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AROUND = 512 }; // more than stands around a chunk

bool upload_open(Arena *a, Str path, Upload *out, Err *err) {
    struct stat s;
    int fd = open(str_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot read `%.*s`: %s", STR_ARG(path), strerror(errno));
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
        close(fd);
        return err_set(err, ERR_NOT_REGULAR, "`%.*s` is not a file", STR_ARG(path));
    }
    *out = (Upload){.path = path, .fd = fd, .size = (uint64_t)s.st_size, .arena = a};
    out->have = arena_alloc(a, UPLOAD_CHUNK + AROUND);
    return true;
}

static void digest_end(Upload *u, unsigned char sum[SHA256_SIZE]) {
    if (u->digest)
        digest_close(u->digest, sum);
    u->digest = NULL;
}

void upload_close(Upload *u) {
    unsigned char sum[SHA256_SIZE];
    digest_end(u, sum);
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
    signed_forget(&u->head);
    signed_forget(&u->signer.head);
}

static bool read_whole(int fd, char *to, size_t size) {
    while (size) {
        ssize_t n = read(fd, to, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        size -= (size_t)n;
    }
    return true;
}

static void put(Upload *u, Str bytes) {
    memcpy(u->have + u->n, bytes.p, bytes.n);
    u->n += bytes.n;
}

// What the body ends with.
static Str make_end(Upload *u) {
    unsigned char sum[SHA256_SIZE];
    if (!u->trailer)
        return STR("\r\n");
    digest_end(u, sum);
    return chunk_trailer(&u->signer, u->arena, STR(UPLOAD_TRAILER),
                         digest_base64(u->arena, sum, sizeof sum));
}

// The next chunk with all around it. Its head has room before the bytes, which are read in place.
static bool make_chunk(Upload *u) {
    size_t size = u->left < UPLOAD_CHUNK ? (size_t)u->left : UPLOAD_CHUNK;
    char *bytes = u->have + AROUND - 2;
    ArenaMark mark = arena_mark(u->arena);
    if (!read_whole(u->fd, bytes, size))
        return false;
    u->left -= size;
    u->last = size == 0;
    if (u->digest)
        digest_add(u->digest, (Str){bytes, (uint32_t)size});
    Str head = chunk_head(&u->signer, u->arena, (Str){bytes, (uint32_t)size});
    u->at = 0;
    u->n = 0;
    put(u, head);
    memmove(u->have + u->n, bytes, size);
    u->n += size;
    put(u, u->last ? make_end(u) : STR("\r\n"));
    arena_reset(u->arena, mark);
    return true;
}

static bool upload_read(void *context, char *to, size_t size, size_t *n) {
    Upload *u = context;
    if (u->at == u->n && u->last) {
        *n = 0;
        return true;
    }
    if (u->at == u->n && !make_chunk(u))
        return false;
    *n = u->n - u->at < size ? u->n - u->at : size;
    memcpy(to, u->have + u->at, *n);
    u->at += *n;
    return true;
}

static bool upload_rewind(void *context) {
    Upload *u = context;
    chunk_start(&u->signer, &u->head);
    u->left = u->size;
    u->n = u->at = 0;
    u->last = false;
    unsigned char sum[SHA256_SIZE];
    digest_end(u, sum);
    u->digest = u->trailer ? digest_open(u->arena) : NULL;
    return lseek(u->fd, 0, SEEK_SET) == 0;
}

HttpSource upload_source(Upload *u, const Signed *head) {
    u->head = *head;
    // Where this fails, so does the first read.
    (void)upload_rewind(u);
    // 44 digits of base 64 are a SHA-256.
    Str some = STR("0123456789012345678901234567890123456789012=");
    uint32_t end = u->trailer ? chunk_trailer_size(STR(UPLOAD_TRAILER), some) : 0;
    return (HttpSource){.size = chunk_total(u->size, UPLOAD_CHUNK, end),
                        .read = upload_read,
                        .rewind = upload_rewind,
                        .context = u};
}
