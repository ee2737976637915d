// Reading a file with tree-sitter: parsing, parsing again after edits, and where it doesn't fit.
//
// In: text and dialect. Out: a tree inside of the reader, or the places that don't fit the grammar.
// Invariant: bounded work for any bytes. The parser is linear but for text that it cannot make
// sense of at all: skipping such text can cost the square of its length, so reading ends there (see
// `progress`).

#include "deducer/load/cst_reader.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 16 * 1024, // the parser asks for text in pieces of this size
    LOST_MAX = 40,     // reports of progress in which nothing but errors was found, in a row …
    LOST_TOTAL_MAX = 2000, // … and in all
    REPORTS_MIN = 200,
};

// ---- Walking the flat tree ----------------------------------------------------------------------

Cst cst_first(Cst n) {
    return n != NULL && n->size > 1 ? n + 1 : NULL;
}

Cst cst_last(Cst n) {
    Cst last = NULL;
    if (n == NULL)
        return NULL;
    CST_EACH(c, n) last = c;
    return last;
}

Cst cst_field(Cst n, CstField field) {
    if (n == NULL)
        return NULL;
    CST_EACH(c, n) {
        if (c->field == field)
            return c;
    }
    return NULL;
}

Cst cst_child(Cst n, CstKind kind) {
    if (n == NULL)
        return NULL;
    CST_EACH(c, n) {
        if (c->kind == kind)
            return c;
    }
    return NULL;
}

bool cst_has(Cst n, CstKind kind) {
    return cst_child(n, kind) != NULL;
}

// ---- Parsing ------------------------------------------------------------------------------------

static const char *read_chunk(void *payload, uint32_t at, TSPoint point, uint32_t *count) {
    (void)point;
    const CstReader *r = payload;
    if (at >= r->stop) {
        *count = 0;
        return "";
    }
    uint32_t left = r->stop - at;
    *count = left < CHUNK ? left : CHUNK;
    return r->text.p + at;
}

// Called every hundred steps. Where only errors are found for long, the text ends at the next
// chunk: what is behind would add nothing to the first error, which alone is reported. Recovery
// from errors can also try more and more ways at one place for ever: that is given up.
static bool progress(TSParseState *state) {
    CstReader *r = state->payload;
    r->lost = state->has_error ? r->lost + 1 : 0;
    r->lost_total += state->has_error;
    if (r->lost > LOST_MAX || r->lost_total > LOST_TOTAL_MAX) {
        uint32_t stop = state->current_byte_offset + 1;
        if (stop < r->stop)
            r->stop = stop;
    }
    return ++r->reports > r->report_max;
}

CstReader *cst_open(Arena *scratch, const Grammar *g, CstDialect dialect) {
    CstReader *r = arena_new(scratch, CstReader);
    r->dialect = &g->dialects[dialect];
    r->parser = ts_parser_new();
    if (!ts_parser_set_language(r->parser, r->dialect->language)) {
        BUG("the grammar is of another version than the parser");
    }
    return r;
}

void cst_close(CstReader *r) {
    ts_tree_delete(r->tree);
    ts_parser_delete(r->parser);
    r->tree = NULL;
    r->parser = NULL;
}

bool cst_parse(CstReader *r, Str text) {
    TSTree *old = r->tree;
    r->text = text;
    r->stop = text.n;
    r->lost = r->lost_total = 0;
    r->reports = 0;
    r->report_max = text.n / 4 + REPORTS_MIN; // code that is valid takes a tenth of it
    TSInput input = {.payload = r, .read = read_chunk, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = r, .progress_callback = progress};
    r->tree = ts_parser_parse_with_options(r->parser, old, input, options);
    ts_tree_delete(old);
    ts_parser_reset(r->parser);
    return r->tree != NULL && !ts_node_has_error(ts_tree_root_node(r->tree));
}

void cst_edited(CstReader *r, uint32_t start, uint32_t end) {
    // Only bytes matter to us: the rows and columns that the tree keeps may go wrong.
    TSInputEdit edit = {.start_byte = start,
                        .old_end_byte = end,
                        .new_end_byte = end,
                        .start_point = {0, start},
                        .old_end_point = {0, end},
                        .new_end_point = {0, end}};
    if (r->tree != NULL)
        ts_tree_edit(r->tree, &edit);
}

CstErrors cst_errors(CstReader *r, Arena *a, uint32_t max) {
    Vec(CstError) found = {0};
    if (r->tree == NULL)
        return (CstErrors){0};
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(r->tree));
    for (bool more = true; more && found.n < max;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        bool error = ts_node_is_error(node);
        bool missing = ts_node_is_missing(node);
        if (error || missing) {
            CstError e = {ts_node_start_byte(node), ts_node_end_byte(node),
                          missing ? ts_node_type(node) : NULL};
            vec_push(a, &found, e);
        }
        if (!missing && ts_node_has_error(node) && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (more && !ts_tree_cursor_goto_next_sibling(&cursor)) {
            more = ts_tree_cursor_goto_parent(&cursor);
        }
    }
    ts_tree_cursor_delete(&cursor);
    return (CstErrors){found.at, found.n};
}

// The parser says in its log where each reading of the text failed, and when it resumes one because
// all failed. Nothing else tells the place: an error node starts where the broken construct starts.
typedef struct Watch {
    uint32_t row, column;         // of the step that runs
    uint32_t far_row, far_column; // of the failure that came furthest
    bool stuck;
    uint32_t reports, report_max;
} Watch;

static uint32_t number_behind(const char *message, const char *key) {
    const char *at = strstr(message, key);
    return at == NULL ? 0 : (uint32_t)strtoul(at + strlen(key), NULL, 10);
}

static void watch(void *payload, TSLogType type, const char *message) {
    Watch *w = payload;
    if (type != TSLogTypeParse || w->stuck)
        return;
    if (strncmp(message, "process ", 8) == 0) {
        w->row = number_behind(message, "row:");
        w->column = number_behind(message, "col:");
    } else if (strncmp(message, "detect_error", 12) == 0) {
        bool further = w->row > w->far_row || (w->row == w->far_row && w->column > w->far_column);
        w->far_row = further ? w->row : w->far_row;
        w->far_column = further ? w->column : w->far_column;
    } else if (strncmp(message, "resume ", 7) == 0) {
        w->stuck = true;
    }
}

static bool stop_when_stuck(TSParseState *state) {
    Watch *w = state->payload;
    return w->stuck || ++w->reports > w->report_max;
}

uint32_t cst_stuck_at(CstReader *r, Str text) {
    Watch w = {.report_max = text.n / 4 + REPORTS_MIN};
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, r->dialect->language);
    ts_parser_set_logger(parser, (TSLogger){.payload = &w, .log = watch});
    r->text = text;
    r->stop = text.n;
    TSInput input = {.payload = r, .read = read_chunk, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = &w, .progress_callback = stop_when_stuck};
    ts_tree_delete(ts_parser_parse_with_options(parser, NULL, input, options));
    ts_parser_delete(parser);
    uint32_t at = 0;
    for (uint32_t row = 0; row < w.far_row && at < text.n; at++)
        row += text.p[at] == '\n';
    at += w.far_column;
    return at < text.n ? at : text.n;
}
