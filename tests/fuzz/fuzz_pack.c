// Any bytes as the files of a package, and as a path in one. What is archived is read back as it
// was, and twice the same; a path is safe only where no part of it leads out.

#include "adapters/pack/pack.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void path_check(Arena *a, Str path) {
    if (!pack_path_safe(path))
        return;
    Str whole = path_normal(a, path_join(a, STR("/out"), path));
    if (!path_is_under(whole, STR("/out")) || whole.n != path.n + 5)
        BUG("a path leads out");
}

// The input in pieces: a byte says how long each file is.
static PackFileVec files_from(Arena *a, Str in) {
    PackFileVec files = {0};
    while (in.n && files.n < 100) {
        uint32_t n = (unsigned char)*in.p * 4u;
        PackFile file = {.path = str_fmt(a, "f%u/%c", files.n * 7 % 100, 'a' + (int)(n % 26)),
                         .content = str_slice(in, 1, 1 + n),
                         .executable = n & 4};
        vec_push(a, &files, file);
        in = str_slice(in, 1 + n, in.n);
    }
    pack_files_sort(&files);
    return files;
}

static void read_back(Arena *a, Str archive, const PackFileVec *files) {
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(archive.p, archive.n, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_CHECKCONS, &error) : NULL;
    if (!zip || zip_get_num_entries(zip, 0) != (zip_int64_t)files->n)
        BUG("the archive is not consistent");
    for (uint32_t i = 0; i < files->n; i++) {
        const PackFile *f = &files->at[i];
        zip_file_t *file = zip_fopen_index(zip, i, 0);
        char *bytes = arena_alloc(a, f->content.n + 1);
        zip_int64_t n = file ? zip_fread(file, bytes, f->content.n + 1) : -1;
        if (n != (zip_int64_t)f->content.n || memcmp(bytes, f->content.p, f->content.n) != 0 ||
            !str_is(f->path, zip_get_name(zip, i, 0)))
            BUG("a file is another than was put in");
        zip_fclose(file);
    }
    zip_discard(zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena a;
    Err err = {0};
    Str in = {(const char *)data, (uint32_t)size}, one, two;
    arena_init(&a);
    path_check(&a, in);
    PackFileVec files = files_from(&a, in);
    if (!files.n) { // of nothing libzip makes no archive
        arena_release(&a);
        return 0;
    }
    if (!archive_make(&a, &files, &one, &err) || !archive_make(&a, &files, &two, &err))
        BUG("no archive: %s", err.message);
    if (!str_eq(one, two))
        BUG("two archives of the same files");
    read_back(&a, one, &files);
    arena_release(&a);
    return 0;
}
