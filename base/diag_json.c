// Diagnostics for programs. In: one row. Out: one JSON object on one line:
// {"code","severity","message","file","line","column","help","notes":[],"labels":[{file,line,column,text}]};
// file, line, column and help are null where there is none. The text at the primary place is the
// first label.
//
// Invariant: the line is valid JSON in valid UTF-8 whatever the texts hold, and as harmless to a
// terminal as the other formats: what would be invisible or turn the text around is written \uXXXX.

#include "base/diag_rows.h"

#include "base/bug.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static void *whole(void *made) {
    if (!made) {
        fputs("pluto: out of memory\n", stderr);
        _Exit(EXIT_WORLD);
    }
    return made;
}

// cJSON takes NUL-terminated text and passes bytes on: bad UTF-8 is replaced here.
static cJSON *text(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t at = 0; at < s.n;) {
        char bytes[4];
        unsigned n = utf8_put(utf8_next(s, &at), bytes);
        buf_put(&b, (Str){bytes, n});
    }
    buf_putc(&b, '\0');
    return whole(cJSON_CreateString(b.p));
}

static void set(cJSON *object, const char *name, cJSON *value) {
    cJSON_AddItemToObject(object, name, value);
}

static void set_place(Arena *a, cJSON *object, Str path, LineCol at) {
    bool known = path.n > 0;
    set(object, "file", known ? text(a, path) : whole(cJSON_CreateNull()));
    set(object, "line", whole(known ? cJSON_CreateNumber(at.line) : cJSON_CreateNull()));
    set(object, "column", whole(known ? cJSON_CreateNumber(at.column) : cJSON_CreateNull()));
}

static void add_label(Arena *a, cJSON *labels, Str path, LineCol at, Str words) {
    cJSON *label = whole(cJSON_CreateObject());
    set_place(a, label, path, at);
    set(label, "text", text(a, words));
    cJSON_AddItemToArray(labels, label);
}

static cJSON *labels_of(Arena *a, Sources *sources, const DiagRow *row) {
    cJSON *labels = whole(cJSON_CreateArray());
    if (row->diag->primary.n > 0)
        add_label(a, labels, row->path, row->at, row->diag->primary);
    for (uint32_t i = 0; i < row->diag->labels.n; i++) {
        DiagLabel label = row->diag->labels.at[i];
        const Source *s = sources_get(sources, label.span.file);
        add_label(a, labels, s ? s->path : STR_EMPTY,
                  source_line_col(sources, label.span.file, label.span.start), label.text);
    }
    return labels;
}

static cJSON *help_of(Arena *a, const Diag *d) {
    if (d->helps.n == 0)
        return whole(cJSON_CreateNull());
    Str help = d->helps.at[0];
    for (uint32_t i = 1; i < d->helps.n; i++)
        help = str_cat(a, str_cat(a, help, STR("\n")), d->helps.at[i]);
    return text(a, help);
}

void diag_json(Buf *out, Sources *sources, const DiagRow *row) {
    const Diag *d = row->diag;
    Arena a;
    arena_init(&a);
    cJSON *o = whole(cJSON_CreateObject());
    set(o, "code", whole(cJSON_CreateString(code_name(d->code))));
    set(o, "severity", whole(cJSON_CreateString(severity_name(d->severity))));
    set(o, "message", text(&a, d->message));
    set_place(&a, o, row->path, row->at);
    set(o, "help", help_of(&a, d));
    cJSON *notes = whole(cJSON_CreateArray());
    for (uint32_t i = 0; i < d->notes.n; i++)
        cJSON_AddItemToArray(notes, text(&a, d->notes.at[i]));
    set(o, "notes", notes);
    set(o, "labels", labels_of(&a, sources, row));
    char *json = whole(cJSON_PrintUnformatted(o));
    buf_put(out, json_visible(&a, str_of(json)));
    buf_putc(out, '\n');
    cJSON_free(json);
    cJSON_Delete(o);
    arena_release(&a);
}
