// Fuzzes places and printers. In: bytes. The first half says which diagnostics there are, the
// second is the source file they are about (and, cut in two, a second file). Everything is printed
// in all formats.
//
// What must hold: nothing crashes; a character's line and column lead back to it; what is printed
// is valid UTF-8 without control characters but the line ends (and, in colour, the colours).

#include "base/base.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Input {
    const uint8_t *p;
    size_t n;
} Input;

static uint32_t take(Input *in, unsigned bytes) {
    uint32_t v = 0;
    for (; bytes > 0 && in->n > 0; bytes--, in->p++, in->n--)
        v = v << 8 | *in->p;
    return v;
}

// Mostly places in the files, at times ones far outside.
static Span take_span(Input *in) {
    uint32_t file = take(in, 1) % 4, start = take(in, 2), length = take(in, 1);
    uint32_t end = length == 255 ? UINT32_MAX : start + length;
    return (Span){file, length == 254 ? end : start, length == 254 ? start : end};
}

static void check_places(Sources *ss, FileId file) {
    Str text = sources_get(ss, file)->text;
    // Every place of a small text, some of a large one: each costs a walk along its line.
    uint32_t step = 1 + text.n / 512, next = 0;
    for (uint32_t at = 0; at < text.n; utf8_next(text, &at)) {
        if (at < next)
            continue;
        next = at + step;
        LineCol place = source_line_col(ss, file, at);
        BUG_IF(source_offset(ss, file, place) != at);
        BUG_IF(source_line(ss, file, place.line).n > text.n);
    }
    BUG_IF(source_offset(ss, file, source_line_col(ss, file, text.n)) != text.n);
}

static void record(Diags *ds, Input *in, Str words) {
    Code code = (Code)(take(in, 1) % CODE_COUNT);
    Span span = take_span(in);
    uint32_t shape = take(in, 1);
    LineCol at = {span.start, span.end};
    Diag *d = shape % 5 == 0   ? diag_warning(ds, code, span, "%.*s", STR_ARG(words))
              : shape % 7 == 0 ? diag_error_at(ds, code, STR("b.ts"), at, "placed")
                               : diag_error(ds, code, span, "%.*s", STR_ARG(words));
    if (shape & 8)
        diag_primary(d, "%.*s", STR_ARG(words));
    for (uint32_t labels = shape & 7; labels > 0; labels--)
        diag_label(d, take_span(in), "%.*s", STR_ARG(words));
    if (shape & 16)
        diag_note(d, "note %.*s", STR_ARG(words));
    if (shape & 32)
        diag_help(d, "help %.*s", STR_ARG(words));
}

static void check_output(Str out, bool color) {
    BUG_IF(!utf8_valid(out, NULL));
    for (uint32_t i = 0; i < out.n; i++) {
        unsigned char c = (unsigned char)out.p[i];
        BUG_IF(c < ' ' && c != '\n' && !(color && c == '\x1b'));
    }
}

static void print_all(Diags *ds, unsigned limit) {
    for (int format = DIAG_HUMAN; format <= DIAG_JSON; format++) {
        for (int color = 0; color <= 1; color++) {
            char *text = NULL;
            size_t n = 0;
            FILE *f = open_memstream(&text, &n);
            if (!f)
                return;
            diags_print(ds, f, (DiagFormat)format, color == 1, limit);
            fclose(f);
            check_output((Str){text, (uint32_t)n}, color == 1 && format != DIAG_JSON);
            free(text);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16)
        return 0;
    Input in = {data, size / 2};
    Str text = size ? (Str){(const char *)data + size / 2, (uint32_t)(size - size / 2)} : STR_EMPTY;
    Sources *ss = sources_open();
    Diags *ds = diags_open(ss);
    FileId a = sources_add(ss, STR("a.ts"), text);
    FileId b = sources_add(ss, STR("b.ts"), str_slice(text, text.n / 2, text.n));
    check_places(ss, a);
    check_places(ss, b);
    unsigned limit = take(&in, 1) % 8;
    for (int i = 0; i < 32 && in.n > 0; i++)
        record(ds, &in, str_slice(text, 0, take(&in, 1) % 64));
    print_all(ds, limit);
    BUG_IF(diags_has_errors(ds) != (diags_error_count(ds) > 0));
    diags_close(ds);
    sources_close(ss);
    return 0;
}
