// The diagnostics of one run. In: diag_error and its relatives, from any number of threads. Out:
// rows in a fixed order, whatever the order of recording was.
//
// Invariant: what is recorded is never taken back; a text is formatted when it is given, a place
// only when rows are made, since a file may be loaded after something was said of it.

#include "base/diag_rows.h"

#include "base/bug.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Pointers, because a Diag is in its maker's hands while others are added.
typedef Vec(Diag *) DiagList;

struct Diags {
    Sources *sources;
    pthread_mutex_t lock;
    Arena arena;
    DiagList all;
    atomic_bool has_errors;
};

// Locks what is behind a const Diags: the lock is no part of what its readers see as constant.
static void lock(const Diags *ds) {
    pthread_mutex_lock((pthread_mutex_t *)&ds->lock);
}

static void unlock(const Diags *ds) {
    pthread_mutex_unlock((pthread_mutex_t *)&ds->lock);
}

Diags *diags_open(Sources *sources) {
    Diags *ds = calloc(1, sizeof *ds);
    if (!ds || pthread_mutex_init(&ds->lock, NULL) != 0) {
        fputs("pluto: out of memory\n", stderr);
        _Exit(EXIT_WORLD);
    }
    ds->sources = sources;
    arena_init(&ds->arena);
    atomic_init(&ds->has_errors, false);
    return ds;
}

void diags_close(Diags *ds) {
    if (!ds)
        return;
    arena_release(&ds->arena);
    pthread_mutex_destroy(&ds->lock);
    free(ds);
}

// Formatting happens under the lock: the text goes straight to the shared arena.
static __attribute__((format(printf, 3, 0))) Diag *record(Diags *ds, Diag d, const char *fmt,
                                                          va_list ap) {
    lock(ds);
    Diag *kept = arena_copy(&ds->arena, &d, sizeof d);
    kept->owner = ds;
    kept->at_file = str_dup(&ds->arena, d.at_file);
    kept->message = str_vfmt(&ds->arena, fmt, ap);
    vec_push(&ds->arena, &ds->all, kept);
    unlock(ds);
    if (d.severity == SEV_ERROR)
        atomic_store(&ds->has_errors, true);
    return kept;
}

Diag *diag_error(Diags *ds, Code code, Span span, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = record(ds, (Diag){.code = code, .severity = SEV_ERROR, .span = span}, fmt, ap);
    va_end(ap);
    return d;
}

Diag *diag_warning(Diags *ds, Code code, Span span, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = record(ds, (Diag){.code = code, .severity = SEV_WARNING, .span = span}, fmt, ap);
    va_end(ap);
    return d;
}

Diag *diag_error_at(Diags *ds, Code code, Str file, LineCol at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d =
        record(ds, (Diag){.code = code, .severity = SEV_ERROR, .at_file = file, .at = at}, fmt, ap);
    va_end(ap);
    return d;
}

void diag_primary(Diag *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    lock(d->owner);
    d->primary = str_vfmt(&d->owner->arena, fmt, ap);
    unlock(d->owner);
    va_end(ap);
}

void diag_label(Diag *d, Span span, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    lock(d->owner);
    Arena *a = &d->owner->arena;
    Str text = str_vfmt(a, fmt, ap);
    vec_push(a, &d->labels, (DiagLabel){span, text});
    unlock(d->owner);
    va_end(ap);
}

void diag_note(Diag *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    lock(d->owner);
    Str text = str_vfmt(&d->owner->arena, fmt, ap);
    vec_push(&d->owner->arena, &d->notes, text);
    unlock(d->owner);
    va_end(ap);
}

void diag_help(Diag *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    lock(d->owner);
    Str text = str_vfmt(&d->owner->arena, fmt, ap);
    vec_push(&d->owner->arena, &d->helps, text);
    unlock(d->owner);
    va_end(ap);
}

void diag_hide_source(Diag *d) {
    lock(d->owner);
    d->source_hidden = true;
    unlock(d->owner);
}

uint32_t diag_word_end(Str text, uint32_t from) {
    uint32_t to = from;
    while (to < text.n) {
        unsigned char c = (unsigned char)text.p[to];
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    c == '_' || c == '$' || c >= 0x80;
        if (!word)
            break;
        to++;
    }
    return to > from || to == text.n ? to : from + 1;
}

// Finds the place. Spans come from tools as well as from people, so they are clamped, not trusted.
static DiagRow row_of(Sources *sources, const Diag *d) {
    DiagRow row = {.diag = d, .span = d->span};
    if (d->at_file.n > 0) {
        row.path = d->at_file;
        row.at = d->at;
        row.span = SPAN_NONE;
        FileId file = sources_find(sources, d->at_file);
        if (file == 0)
            return row;
        uint32_t from = source_offset(sources, file, d->at);
        row.span = (Span){file, from, diag_word_end(sources_get(sources, file)->text, from)};
    }
    const Source *s = sources_get(sources, row.span.file);
    if (!s)
        return (DiagRow){.diag = d};
    if (row.span.start > s->text.n)
        row.span.start = s->text.n;
    if (row.span.end > s->text.n)
        row.span.end = s->text.n;
    if (row.span.end < row.span.start)
        row.span.end = row.span.start;
    row.path = s->path;
    row.at = source_line_col(sources, row.span.file, row.span.start);
    return row;
}

// Not a - b: that one wraps round.
static int compare(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

// What makes two diagnostics one: the place, the code and the message. Files are ordered by path:
// threads load them in no fixed order.
static int compare_identity(const DiagRow *a, const DiagRow *b) {
    const Diag *x = a->diag, *y = b->diag;
    int c = str_cmp(a->path, b->path);
    c = c ? c : compare(a->at.line, b->at.line);
    c = c ? c : compare(a->at.column, b->at.column);
    c = c ? c : compare(x->code, y->code);
    c = c ? c : str_cmp(x->message, y->message);
    c = c ? c : compare(a->span.end, b->span.end);
    return c ? c : compare(x->severity, y->severity);
}

static int compare_texts(const DiagTexts *a, const DiagTexts *b) {
    int c = compare(a->n, b->n);
    for (uint32_t i = 0; c == 0 && i < a->n; i++)
        c = str_cmp(a->at[i], b->at[i]);
    return c;
}

// The rest only decides which of several duplicates is the one that is shown: the one that says
// most.
static int compare_rows(const void *pa, const void *pb) {
    const DiagRow *a = pa, *b = pb;
    const Diag *x = a->diag, *y = b->diag;
    int c = compare_identity(a, b);
    c = c ? c : compare(y->labels.n, x->labels.n);
    for (uint32_t i = 0; c == 0 && i < x->labels.n; i++) {
        c = str_cmp(x->labels.at[i].text, y->labels.at[i].text);
        c = c ? c : compare(x->labels.at[i].span.start, y->labels.at[i].span.start);
    }
    c = c ? c : compare_texts(&y->notes, &x->notes);
    c = c ? c : compare_texts(&y->helps, &x->helps);
    return c ? c : str_cmp(y->primary, x->primary);
}

// Made anew for each question: there are few questions, and between them anything may be added.
DiagRows diag_rows(const Diags *ds, Arena *a) {
    lock(ds);
    DiagRows rows = {arena_array(a, DiagRow, ds->all.n), 0};
    for (uint32_t i = 0; i < ds->all.n; i++)
        rows.at[i] = row_of(ds->sources, ds->all.at[i]);
    if (ds->all.n > 0)
        qsort(rows.at, ds->all.n, sizeof *rows.at, compare_rows);
    for (uint32_t i = 0; i < ds->all.n; i++)
        if (rows.n == 0 || compare_identity(&rows.at[rows.n - 1], &rows.at[i]) != 0)
            rows.at[rows.n++] = rows.at[i];
    unlock(ds);
    return rows;
}

Sources *diag_sources(const Diags *ds) {
    return ds->sources;
}

static unsigned count_of(const Diags *ds, Severity severity) {
    Arena scratch;
    arena_init(&scratch);
    DiagRows rows = diag_rows(ds, &scratch);
    unsigned n = 0;
    for (uint32_t i = 0; i < rows.n; i++)
        n += rows.at[i].diag->severity == severity;
    arena_release(&scratch);
    return n;
}

bool diags_has_errors(const Diags *ds) {
    return atomic_load(&ds->has_errors);
}

// What is printed is counted, so duplicates are not.
unsigned diags_error_count(const Diags *ds) {
    return count_of(ds, SEV_ERROR);
}

unsigned diags_warning_count(const Diags *ds) {
    return count_of(ds, SEV_WARNING);
}
