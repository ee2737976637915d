// The parts of packages in C: what files may be called, hashes, archives, records, limits.

#include "adapters/pack/pack.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zip.h>

static void paths_that_lead_out_are_refused(void **state) {
    static const struct {
        const char *path;
        bool safe;
    } cases[] = {
        {"index.mjs", true},
        {"pluto/bootstrap", true},
        {"native/a-1.node", true},
        {"..a", true},
        {"", false},
        {".", false},
        {"..", false},
        {"a/..", false},
        {"../a", false},
        {"/a", false},
        {"a//b", false},
        {"a/", false},
        {"a/./b", false},
        {"a\\b", false},
        {"a b", false},
        {"a\nb", false},
        {"\xc3\xa4", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pack_path_safe(str_of(cases[i].path)) != cases[i].safe)
            fail_msg("`%s`", cases[i].path);
    assert_false(pack_path_safe((Str){"a\0b", 3}));
    assert_false(pack_name_safe(STR("a/b")));
    assert_true(pack_name_safe(STR("api-get-notes_id.v2")));
}

static Str hash_of(Arena *a, const char *const *parts, size_t count) {
    Err err = {0};
    Hash *h = hash_open(a, &err);
    assert_non_null(h);
    for (size_t i = 0; i < count; i++)
        hash_part(h, str_of(parts[i]));
    return hash_close(h, a);
}

static void hashes(void **state) {
    Arena a;
    Err err = {0};
    (void)state;
    arena_init(&a);
    Hash *h = hash_open(&a, &err);
    hash_add(h, STR("abc"));
    assert_true(str_is(hash_close(h, &a),
                       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    const char *const one[] = {"ab", "c"}, *const other[] = {"a", "bc"};
    assert_false(str_eq(hash_of(&a, one, 2), hash_of(&a, other, 2)));
    assert_true(str_eq(hash_of(&a, one, 2), hash_of(&a, one, 2)));
    arena_release(&a);
}

static PackFileVec some_files(Arena *a) {
    PackFileVec files = {0};
    vec_push(
        a, &files,
        (PackFile){.path = STR("pluto/start"), .content = STR("#!/bin/sh\n"), .executable = true});
    vec_push(a, &files,
             (PackFile){.path = STR("index.mjs.map"), .content = STR("{}"), .aside = true});
    vec_push(a, &files,
             (PackFile){.path = STR("index.mjs"), .content = STR("export const handler = 1;\n")});
    vec_push(a, &files, (PackFile){.path = STR("empty"), .content = STR_EMPTY});
    return files;
}

static zip_t *opened(Str archive) {
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(archive.p, archive.n, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_CHECKCONS, &error);
    assert_non_null(zip);
    return zip;
}

static void archives_are_the_same_bytes(void **state) {
    static const char *const names[] = {"empty", "index.mjs", "pluto/start"};
    static const char *const zones[] = {"Pacific/Kiritimati", "America/Lima", "UTC"};
    Str archives[3];
    Arena a;
    Err err = {0};
    (void)state;
    arena_init(&a);
    PackFileVec files = some_files(&a);
    pack_files_sort(&files);
    for (int i = 0; i < 3; i++) {
        setenv("TZ", zones[i], 1);
        assert_true(archive_make(&a, &files, &archives[i], &err));
        assert_true(str_eq(archives[0], archives[i]));
    }
    unsetenv("TZ");
    zip_t *zip = opened(archives[0]);
    assert_int_equal(zip_get_num_entries(zip, 0), 3);
    for (zip_uint64_t i = 0; i < 3; i++) {
        zip_uint8_t system;
        zip_uint32_t mode;
        assert_string_equal(zip_get_name(zip, i, 0), names[i]);
        zip_file_get_external_attributes(zip, i, 0, &system, &mode);
        assert_int_equal(system, ZIP_OPSYS_UNIX);
        assert_int_equal(mode >> 16, i == 2 ? 0100755 : 0100644);
    }
    zip_discard(zip);
    arena_release(&a);
}

// What is written anew, what is kept as it lies there, and what goes.
static void a_folder_has_what_belongs_to_it(void **state) {
    (void)state;
    char folder[] = "/tmp/pluto-test-pack-XXXXXX";
    Arena a;
    Err err = {0};
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    Str at = str_of(folder);
    Str kept = path_join(&a, at, STR("libraries-0123456789abcdef.mjs"));
    Str old = path_join(&a, at, STR("libraries-fedcba9876543210.mjs"));
    Str map = path_join(&a, at, STR("index.mjs.map")),
        other = path_join(&a, at, STR("libraries.txt"));
    Str index = path_join(&a, at, STR("index.mjs"));
    const Str all[] = {kept, old, map, other};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_true(place_write(&a, all[i], STR("before"), false, &err));
    PackFileVec files = {0};
    PackFile own = {.path = STR("index.mjs"), .content = STR("one")};
    PackFile lies = {.path = path_base(kept), .content = STR_EMPTY, .named = true, .kept = true};
    vec_push(&a, &files, own);
    vec_push(&a, &files, lies);
    assert_true(place_folder(&a, at, &files, &err));
    assert_int_equal(access(str_cstr(&a, kept), F_OK), 0);
    assert_int_equal(access(str_cstr(&a, other), F_OK), 0);
    assert_int_not_equal(access(str_cstr(&a, old), F_OK), 0);
    assert_int_not_equal(access(str_cstr(&a, map), F_OK), 0);

    struct stat first, second, third;
    assert_int_equal(stat(str_cstr(&a, index), &first), 0);
    assert_true(place_folder(&a, at, &files, &err)); // the same again is not written again
    assert_int_equal(stat(str_cstr(&a, index), &second), 0);
    assert_true(first.st_ino == second.st_ino);
    files.at[0].content = STR("two");
    assert_true(place_folder(&a, at, &files, &err));
    assert_int_equal(stat(str_cstr(&a, index), &third), 0);
    assert_true(first.st_ino != third.st_ino);

    const Str left[] = {kept, other, index};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        unlink(str_cstr(&a, left[i]));
    rmdir(folder);
    arena_release(&a);
}

// What was written elsewhere is moved to its place, whatever umask it was written under.
static void staged_files_become_others(void **state) {
    char folder[] = "/tmp/pluto-test-staged-XXXXXX";
    Arena a;
    Err err = {0};
    struct stat st;
    (void)state;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    Str at = path_join(&a, str_of(folder), STR("f")), cache = path_join(&a, at, STR("cache")),
        staging;
    assert_true(place_staging(&a, cache, &staging, &err));
    Str staged = path_join(&a, staging, STR("node24/0/index.mjs"));
    Str left = path_join(&a, staging, STR("node24/0/native/one.node"));
    assert_true(place_write(&a, staged, STR("staged"), true, &err));
    assert_true(place_write(&a, left, STR("left"), false, &err));
    PackFileVec files = {0};
    vec_push(&a, &files,
             (PackFile){.path = STR("index.mjs"), .content = STR_EMPTY, .staged = staged});
    assert_true(place_folder(&a, at, &files, &err));
    Str index = path_join(&a, at, STR("index.mjs"));
    assert_int_equal(stat(str_cstr(&a, index), &st), 0);
    assert_true(st.st_size == 6 && (st.st_mode & 0777) == 0644);
    assert_int_not_equal(access(str_cstr(&a, staged), F_OK), 0);
    assert_false(place_folder(&a, at, &files, &err)); // it is there no more

    Str old = path_join(&a, cache, STR("staging.0~")),
        young = path_join(&a, cache, STR("staging.1~"));
    assert_true(place_write(&a, path_join(&a, old, STR("old")), STR("old"), false, &err));
    assert_true(place_write(&a, path_join(&a, young, STR("young")), STR("young"), false, &err));
    const struct timespec once[] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, str_cstr(&a, old), once, 0), 0);
    assert_true(place_staging(&a, cache, &staging, &err)); // empty again, after one that was killed
    assert_int_not_equal(access(str_cstr(&a, old), F_OK), 0);
    assert_int_equal(access(str_cstr(&a, path_join(&a, young, STR("young"))), F_OK), 0);
    place_clear(&a, young);
    assert_int_not_equal(access(str_cstr(&a, left), F_OK), 0);
    assert_true(place_write(&a, left, STR("left"), false, &err));
    place_clear(&a, staging);
    assert_int_equal(rmdir(str_cstr(&a, cache)), 0);
    unlink(str_cstr(&a, index));
    assert_int_equal(rmdir(str_cstr(&a, at)), 0);
    assert_int_equal(rmdir(folder), 0);
    arena_release(&a);
}

typedef struct Counting {
    Job job;
    unsigned times;
} Counting;

static void count_run(Job *job) {
    ((Counting *)job)->times++;
}

static void every_job_is_done_once(void **state) {
    enum { JOBS = 200 };
    static Counting jobs[JOBS];
    Arena a;
    (void)state;
    arena_init(&a);
    Crew *crew = crew_open(&a);
    for (unsigned i = 0; i < JOBS; i++)
        jobs[i] = (Counting){.job.run = count_run};
    for (unsigned i = 0; i < JOBS; i++)
        crew_add(crew, &jobs[i].job);
    crew_wait(crew, &jobs[JOBS / 2].job);
    assert_int_equal(jobs[JOBS / 2].times, 1);
    Counting never = {.job.run = count_run};
    crew_wait(crew, &never.job); // which was not added
    crew_close(crew);
    for (unsigned i = 0; i < JOBS; i++)
        assert_true(jobs[i].job.done && jobs[i].times == 1);
    assert_int_equal(never.times, 0);
    crew_close(crew_open(&a)); // that had nothing to do
    arena_release(&a);
}

static void a_record_fits_until_something_changes(void **state) {
    char folder[] = "/tmp/pluto-record-XXXXXX";
    Arena a;
    Err err = {0};
    (void)state;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    Str at = str_of(folder), path = path_join(&a, at, STR("cache/f.json"));
    Str input = path_join(&a, at, STR("input.js")), none = path_join(&a, at, STR("none.json"));
    Str zip = path_join(&a, at, STR("f.zip"));
    assert_true(place_write(&a, input, STR("one"), false, &err));
    assert_true(place_write(&a, zip, STR("zip"), false, &err));
    Record record = {.key = STR("key"), .content = STR("content"), .libraries = STR("known")};
    record.package = (Package){.hash = STR("hash"), .bytes = 5, .unpacked = 7};
    vec_push(&a, &record.inputs, input);
    vec_push(&a, &record.inputs, none);
    vec_push(&a, &record.inputs, zip);
    PackMessage said = {.topic = PACK_MOVED, .text = STR("moved"), .file = STR("i.ts"), .line = 3};
    vec_push(&a, &record.messages, said);

    Record read;
    Package package;
    assert_false(record_fits(&a, path, STR("key"), &read)); // none yet
    assert_true(record_write(&a, path, &record, &err));
    assert_true(record_fits(&a, path, STR("key"), &read));
    assert_true(read.package.reused && read.package.bytes == 5 && read.package.unpacked == 7);
    assert_true(str_is(read.package.hash, "hash"));
    assert_true(read.messages.n == 1 && read.messages.at[0].topic == PACK_MOVED &&
                read.messages.at[0].line == 3 && !read.messages.at[0].error);
    assert_false(record_fits(&a, path, STR("another"), &read));
    assert_true(str_is(read.libraries, "known")); // of files that are as they were
    assert_true(record_same(&a, path, STR("content"), zip, &package) && package.bytes == 5);
    assert_false(record_same(&a, path, STR("other"), zip, &package));
    assert_false(record_same(&a, path, STR("content"), none, &package) && package.bytes == 5);

    assert_true(place_write(&a, none, STR("{}"), false, &err)); // what was not there is there
    assert_false(record_fits(&a, path, STR("key"), &read));
    assert_int_equal(unlink(str_cstr(&a, none)), 0);
    assert_true(record_fits(&a, path, STR("key"), &read));
    assert_true(place_write(&a, input, STR("longer"), false, &err));
    assert_false(record_fits(&a, path, STR("key"), &read));
    assert_false(read.libraries.n);
    assert_true(place_write(&a, path, STR("{\"key\":\"key\",\"files\":[1]}"), false, &err));
    assert_false(record_fits(&a, path, STR("key"), &read));
    assert_true(place_write(&a, path, STR("no JSON"), false, &err));
    assert_false(record_fits(&a, path, STR("key"), &read));

    unlink(str_cstr(&a, path));
    unlink(str_cstr(&a, input));
    unlink(str_cstr(&a, zip));
    rmdir(str_cstr(&a, path_dir(path)));
    assert_int_equal(rmdir(folder), 0); // nothing else was left
    arena_release(&a);
}

static void the_limit_is_told_with_its_reasons(void **state) {
    enum { MB = 1 << 20 };
    Arena a;
    (void)state;
    arena_init(&a);
    PackFunction f = {.id = STR("Function/f")};
    Package p = {.unpacked = 10 * MB};
    Bundle bundle = {0};
    PackMessageVec messages = {0};
    PackChain heavy = {{STR("heavy"), 8 * MB}, STR("src/a.ts → heavy")};
    PackChain own = {{STR_EMPTY, 1 * MB}, STR_EMPTY}, light = {{STR("light"), 10}, STR_EMPTY};
    vec_push(&a, &bundle.chains, heavy);
    vec_push(&a, &bundle.chains, own);
    vec_push(&a, &bundle.chains, light);
    weight_check(&a, &f, &p, &bundle, 10 * MB, &messages);
    assert_int_equal(messages.n, 0);
    weight_check(&a, &f, &p, &bundle, 10 * MB - 1, &messages);
    assert_int_equal(messages.n, 1);
    assert_true(messages.at[0].error && messages.at[0].topic == PACK_SIZE);
    assert_true(str_is(messages.at[0].help, "what weighs most: 8.0 MB heavy (src/a.ts → heavy), "
                                            "1.0 MB the program itself"));
    arena_release(&a);
}

static void topics_have_names(void **state) {
    (void)state;
    for (int i = PACK_IMPORT; i <= PACK_NATIVE; i++) {
        PackTopic topic;
        assert_true(topic_find(topic_name((PackTopic)i), &topic) && (int)topic == i);
    }
    PackTopic none;
    assert_false(topic_find(STR("nothing"), &none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_that_lead_out_are_refused),
        cmocka_unit_test(hashes),
        cmocka_unit_test(archives_are_the_same_bytes),
        cmocka_unit_test(a_folder_has_what_belongs_to_it),
        cmocka_unit_test(staged_files_become_others),
        cmocka_unit_test(every_job_is_done_once),
        cmocka_unit_test(a_record_fits_until_something_changes),
        cmocka_unit_test(the_limit_is_told_with_its_reasons),
        cmocka_unit_test(topics_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
