// How fast sources are read and parsed: by pluto's loader (typed tree, scopes, imports resolved)
// and by tree-sitter alone, over the same files, in turns.
//
// Usage: scan ROOT ENTRY LIST PASSES
// ROOT/ENTRY imports every file named in LIST (a path a line, relative to ROOT). Output: a line
// `MODE THREADS FILES BYTES MILLISECONDS` for each pass, mode and number of threads (1 and 2).

#include "arch/kind.h"
#include "base/host.h"
#include "deducer/load/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_typescript(void);

enum { FILE_MAX = 64 << 20, THREADS_MAX = 2 };

typedef struct Corpus {
    Str root, entry;
    Str *files; // absolute
    uint32_t count;
} Corpus;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what) {
    fprintf(stderr, "scan: %s\n", what);
    exit(3);
}

// ---- tree-sitter alone --------------------------------------------------------------------------

typedef struct RawJob {
    const Corpus *corpus;
    _Atomic uint32_t next;
    _Atomic uint64_t bytes;
} RawJob;

static void *raw_worker(void *argument) {
    RawJob *job = argument;
    Host *host = host_posix();
    TSParser *parser = ts_parser_new();
    if (!ts_parser_set_language(parser, tree_sitter_typescript()))
        fail("the grammar does not fit the parser");
    for (uint32_t i; (i = atomic_fetch_add(&job->next, 1)) < job->corpus->count;) {
        Arena a;
        arena_init(&a);
        Str text;
        Err err = {0};
        if (!host->read_file(host, &a, job->corpus->files[i], FILE_MAX, &text, &err))
            fail(err.message);
        TSTree *tree = ts_parser_parse_string(parser, NULL, text.p, text.n);
        ts_tree_delete(tree);
        atomic_fetch_add(&job->bytes, text.n);
        arena_release(&a);
    }
    ts_parser_delete(parser);
    return NULL;
}

static uint64_t raw_pass(const Corpus *corpus, unsigned threads) {
    RawJob job = {.corpus = corpus};
    pthread_t others[THREADS_MAX];
    for (unsigned t = 1; t < threads; t++)
        if (pthread_create(&others[t], NULL, raw_worker, &job))
            fail("no thread to be had");
    raw_worker(&job);
    for (unsigned t = 1; t < threads; t++)
        pthread_join(others[t], NULL);
    return atomic_load(&job.bytes);
}

// ---- pluto's loader -----------------------------------------------------------------------------

static uint64_t loader_pass(const Corpus *corpus, unsigned threads) {
    static const KindTable no_kinds = {NULL, 0};
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    Interner *interner = interner_open();
    DeduceInput in = {
        .host = host_posix(),
        .root = corpus->root,
        .entry = corpus->entry,
        .kinds = &no_kinds,
        .threads = threads,
    };
    LoadContext lc = {.a = &a, .in = &in, .sources = sources, .interner = interner, .diags = diags};
    Program *program = load_program(&lc);
    uint64_t bytes = program->bytes;
    load_release(program);
    interner_close(interner);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
    return bytes;
}

// ---- the passes ---------------------------------------------------------------------------------

typedef uint64_t (*Pass)(const Corpus *corpus, unsigned threads);

static void time_pass(const char *mode, Pass pass, const Corpus *corpus, unsigned threads) {
    double start = now_ms();
    uint64_t bytes = pass(corpus, threads);
    printf("%s %u %u %llu %.2f\n", mode, threads, corpus->count, (unsigned long long)bytes,
           now_ms() - start);
    fflush(stdout);
}

static void read_list(Arena *a, Corpus *corpus, const char *path) {
    Host *host = host_posix();
    Str text;
    Err err = {0};
    if (!host->read_file(host, a, str_of(path), FILE_MAX, &text, &err))
        fail(err.message);
    Vec(Str) files = {0};
    for (uint32_t start = 0; start < text.n;) {
        uint32_t end = start;
        while (end < text.n && text.p[end] != '\n')
            end++;
        if (end > start)
            vec_push(a, &files,
                     str_fmt(a, "%.*s/%.*s", STR_ARG(corpus->root),
                             STR_ARG(str_slice(text, start, end))));
        start = end + 1;
    }
    corpus->files = files.at;
    corpus->count = files.n;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: scan ROOT ENTRY LIST PASSES\n");
        return 2;
    }
    Arena a;
    arena_init(&a);
    Corpus corpus = {.root = str_of(argv[1]), .entry = str_of(argv[2])};
    read_list(&a, &corpus, argv[3]);
    for (int pass = atoi(argv[4]); pass-- > 0;)
        for (unsigned threads = 1; threads <= THREADS_MAX; threads++) {
            time_pass("tree-sitter", raw_pass, &corpus, threads);
            time_pass("pluto", loader_pass, &corpus, threads);
        }
    arena_release(&a);
    return 0;
}
