// Printing diagnostics. In: all that was recorded. Out: one of three formats on a stream.
//
// Invariant: what is printed depends on the diagnostics and the sources alone, and goes out in one
// piece. Where not all may be printed, errors go before warnings, so that none hides behind a
// warning.

#include "base/diag_rows.h"

#include <stdio.h>

static const char *const severity_names[] = {[SEV_ERROR] = "error", [SEV_WARNING] = "warning"};

const char *severity_name(Severity s) {
    return severity_names[s];
}

void diag_short(Buf *out, const DiagRow *row, bool color) {
    const Diag *d = row->diag;
    const char *on = !color ? "" : d->severity == SEV_ERROR ? "\x1b[1;31m" : "\x1b[1;33m";
    if (row->path.n > 0) {
        glyph_put(out, row->path);
        buf_printf(out, ":%u:%u: ", (unsigned)row->at.line, (unsigned)row->at.column);
    }
    buf_printf(out, "%s%s[%s]%s: ", on, severity_name(d->severity), code_name(d->code),
               color ? "\x1b[0m" : "");
    glyph_put(out, d->message);
    buf_putc(out, '\n');
}

static void count_left(Buf *out, const unsigned left[2]) {
    if (left[SEV_ERROR] + left[SEV_WARNING] == 0)
        return;
    buf_puts(out, "and");
    for (int s = SEV_ERROR; s <= SEV_WARNING; s++) {
        if (left[s] == 0)
            continue;
        if (s == SEV_WARNING && left[SEV_ERROR] > 0)
            buf_puts(out, " and");
        buf_printf(out, " %u more %s%s", left[s], severity_names[s], left[s] == 1 ? "" : "s");
    }
    buf_putc(out, '\n');
}

// Keeps the first `limit` errors and, where there is room, warnings; the order stays. left: what
// goes.
static void cut(DiagRows *rows, unsigned limit, unsigned left[2]) {
    unsigned room[2], total[2] = {0, 0};
    for (uint32_t i = 0; i < rows->n; i++)
        total[rows->at[i].diag->severity]++;
    room[SEV_ERROR] = total[SEV_ERROR] < limit ? total[SEV_ERROR] : limit;
    room[SEV_WARNING] = limit - room[SEV_ERROR];
    uint32_t n = 0;
    for (uint32_t i = 0; i < rows->n; i++) {
        Severity s = rows->at[i].diag->severity;
        if (room[s] == 0) {
            left[s]++;
            continue;
        }
        room[s]--;
        rows->at[n++] = rows->at[i];
    }
    rows->n = n;
}

void diags_print(Diags *ds, FILE *to, DiagFormat format, bool color, unsigned limit) {
    Arena a;
    arena_init(&a);
    DiagRows rows = diag_rows(ds, &a);
    unsigned left[2] = {0, 0};
    if (limit > 0)
        cut(&rows, limit, left);
    Sources *sources = diag_sources(ds);
    Buf out = buf_new(&a);
    for (uint32_t i = 0; i < rows.n; i++) {
        if (format == DIAG_JSON) {
            diag_json(&out, sources, &rows.at[i]);
        } else if (format == DIAG_SHORT) {
            diag_short(&out, &rows.at[i], color);
        } else {
            if (i > 0)
                buf_putc(&out, '\n');
            diag_human(&out, sources, &rows.at[i], color);
        }
    }
    // A program that reads JSON asks for no limit, or counts for itself.
    if (format != DIAG_JSON) {
        if (format == DIAG_HUMAN && rows.n > 0 && left[0] + left[1] > 0)
            buf_putc(&out, '\n');
        count_left(&out, left);
    }
    fwrite(out.p ? out.p : "", 1, out.n, to);
    fflush(to);
    arena_release(&a);
}
