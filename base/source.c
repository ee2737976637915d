// Loaded source files and the way between offsets, lines and columns. In: paths and texts. Out:
// places.
//
// A line ends with "\n", "\r\n" or "\r", as in editors. Line starts are found at the first question
// about a file and kept.
//
// Invariant: a Source never moves, so readers hold pointers while other threads add files; ids
// count from 1 in order of adding; source_offset undoes source_line_col at every character of valid
// text.

#include "base/source.h"

#include "base/bug.h"
#include "base/map.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256, CHUNKS = 1024 };

struct Sources {
    pthread_mutex_t lock; // for adding and for making line starts
    Arena arena;          // everything below, line starts included
    Map ids;              // path → Source
    _Atomic uint32_t count;
    _Atomic(Source *) chunks[CHUNKS];
};

static Source *source_at(const Sources *ss, FileId id) {
    if (id == 0 || id > atomic_load_explicit(&ss->count, memory_order_acquire))
        return NULL;
    return &atomic_load_explicit(&ss->chunks[(id - 1) / CHUNK],
                                 memory_order_acquire)[(id - 1) % CHUNK];
}

Sources *sources_open(void) {
    Sources *ss = calloc(1, sizeof *ss);
    if (!ss || pthread_mutex_init(&ss->lock, NULL) != 0) {
        fputs("pluto: out of memory\n", stderr);
        _Exit(EXIT_WORLD);
    }
    arena_init(&ss->arena);
    ss->ids = map_new(&ss->arena);
    return ss;
}

void sources_close(Sources *ss) {
    if (!ss)
        return;
    arena_release(&ss->arena);
    pthread_mutex_destroy(&ss->lock);
    free(ss);
}

FileId sources_add(Sources *ss, Str path, Str text) {
    pthread_mutex_lock(&ss->lock);
    uint32_t i = atomic_load_explicit(&ss->count, memory_order_relaxed);
    BUG_IF(i >= (uint32_t)CHUNK * CHUNKS);
    Source *chunk = atomic_load_explicit(&ss->chunks[i / CHUNK], memory_order_relaxed);
    if (!chunk) {
        chunk = arena_array(&ss->arena, Source, CHUNK);
        atomic_store_explicit(&ss->chunks[i / CHUNK], chunk, memory_order_release);
    }
    chunk[i % CHUNK] = (Source){.path = path, .text = text};
    if (!map_has(&ss->ids, path))
        map_set(&ss->ids, path, (void *)(uintptr_t)(i + 1));
    atomic_store_explicit(&ss->count, i + 1, memory_order_release);
    pthread_mutex_unlock(&ss->lock);
    return i + 1;
}

const Source *sources_get(const Sources *ss, FileId id) {
    return source_at(ss, id);
}

FileId sources_find(const Sources *ss, Str path) {
    // The lock is not part of what a reader sees as constant.
    pthread_mutex_t *lock = (pthread_mutex_t *)&ss->lock;
    pthread_mutex_lock(lock);
    FileId id = (FileId)(uintptr_t)map_find(&ss->ids, path);
    pthread_mutex_unlock(lock);
    return id;
}

// Writes the offsets of line starts to `lines`, where it is not NULL; gives their count.
static uint32_t scan_lines(Str text, uint32_t *lines) {
    uint32_t n = 0;
    if (lines)
        lines[n] = 0;
    n++;
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        // Nearly every byte leaves here.
        if (c > '\r' || (c != '\n' && c != '\r'))
            continue;
        if (c == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
            i++;
        if (lines)
            lines[n] = i + 1;
        n++;
    }
    return n;
}

// The source with its line starts made, or NULL.
static const Source *with_lines(Sources *ss, FileId file) {
    Source *s = source_at(ss, file);
    if (!s)
        return NULL;
    pthread_mutex_lock(&ss->lock);
    if (!s->lines) {
        s->line_count = scan_lines(s->text, NULL);
        s->lines = arena_alloc(&ss->arena, s->line_count * sizeof *s->lines);
        scan_lines(s->text, s->lines);
    }
    pthread_mutex_unlock(&ss->lock);
    return s;
}

// The index of the line that holds the offset.
static uint32_t line_index(const Source *s, uint32_t offset) {
    uint32_t low = 0, high = s->line_count;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (s->lines[mid] <= offset)
            low = mid;
        else
            high = mid;
    }
    return low;
}

// Moves *at behind one character and gives its UTF-16 units.
static uint32_t step(Str text, uint32_t *at) {
    if ((unsigned char)text.p[*at] < 0x80) {
        ++*at;
        return 1;
    }
    return utf8_next(text, at) > 0xFFFF ? 2 : 1;
}

LineCol source_line_col(Sources *ss, FileId file, uint32_t offset) {
    const Source *s = with_lines(ss, file);
    if (!s)
        return (LineCol){0, 0};
    if (offset > s->text.n)
        offset = s->text.n;
    uint32_t line = line_index(s, offset), column = 1;
    for (uint32_t at = s->lines[line]; at < offset;) {
        uint32_t units = step(s->text, &at);
        // An offset within a character has the character's column.
        if (at <= offset)
            column += units;
    }
    return (LineCol){line + 1, column};
}

Str source_line(Sources *ss, FileId file, uint32_t line) {
    const Source *s = with_lines(ss, file);
    if (!s || line == 0 || line > s->line_count)
        return STR_EMPTY;
    uint32_t from = s->lines[line - 1], to = line < s->line_count ? s->lines[line] : s->text.n;
    if (to > from && s->text.p[to - 1] == '\n')
        to--;
    if (to > from && s->text.p[to - 1] == '\r')
        to--;
    return str_slice(s->text, from, to);
}

uint32_t source_offset(Sources *ss, FileId file, LineCol at) {
    const Source *s = with_lines(ss, file);
    if (!s)
        return 0;
    if (at.line > s->line_count)
        return s->text.n;
    uint32_t line = at.line ? at.line - 1 : 0;
    // The last byte of a line's end still belongs to the line, the first of the next one does not.
    uint32_t end = line + 1 < s->line_count ? s->lines[line + 1] - 1 : s->text.n;
    uint32_t offset = s->lines[line], column = 1;
    while (offset < end && column < at.column) {
        uint32_t next = offset;
        column += step(s->text, &next);
        // The second unit of a pair is not a place of its own.
        if (column > at.column)
            break;
        offset = next;
    }
    return offset;
}
