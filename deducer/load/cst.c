// The one place that knows tree-sitter: a file's text to the flat concrete tree of cst.h.
//
// In: text and dialect. Out: CstNodes in an arena, or the places that don't fit the grammar.
// Invariant: bounded work for any bytes. The parser is linear but for text that it cannot make
// sense of at all: skipping such text can cost the square of its length, so reading ends there (see
// `progress`).

#include "deducer/load/cst.h"

#include <tree_sitter/api.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const TSLanguage *tree_sitter_typescript(void);
const TSLanguage *tree_sitter_tsx(void);

enum {
    DEPTH_MAX = 8000,  // of the concrete tree: some 3 levels of it make one of the typed tree
    CHUNK = 16 * 1024, // the parser asks for text in pieces of this size
    LOST_MAX = 40,     // reports of progress in which nothing but errors was found, in a row …
    LOST_TOTAL_MAX = 2000, // … and in all
};

typedef struct Dialect {
    const TSLanguage *language;
    uint16_t *kinds; // CstKind by symbol
    uint32_t kind_count;
    uint16_t *fields; // CstField by field id
    uint32_t field_count;
} Dialect;

struct Grammar {
    Dialect dialects[CST_DIALECT_COUNT];
};

struct CstReader {
    const Dialect *dialect;
    TSParser *parser;
    TSTree *tree;
    Str text;
    uint32_t stop; // text behind this offset is not read
    uint32_t lost, lost_total;
};

typedef enum SymbolClass {
    CLASS_NODE,
    CLASS_LIST,
    CLASS_LEAF,
    CLASS_JSX,
    CLASS_NOJSX,
    CLASS_TOKEN
} SymbolClass;

typedef struct SymbolRow {
    const char *name;
    SymbolClass class;
} SymbolRow;

static const SymbolRow symbol_rows[CST_KIND_COUNT] = {
    [CST_NONE] = {"", CLASS_LEAF},
#define CST_NODE(id, name) [CST_##id] = {name, CLASS_NODE},
#define CST_LIST(id, name) [CST_##id] = {name, CLASS_LIST},
#define CST_LEAF(id, name) [CST_##id] = {name, CLASS_LEAF},
#define CST_JSX(id, name) [CST_##id] = {name, CLASS_JSX},
#define CST_NOJSX(id, name) [CST_##id] = {name, CLASS_NOJSX},
#define CST_TOKEN(id, name) [CST_##id] = {name, CLASS_TOKEN},
#define CST_FIELD(id, name)
#include "deducer/load/cst.def"
#undef CST_NODE
#undef CST_LIST
#undef CST_LEAF
#undef CST_JSX
#undef CST_NOJSX
#undef CST_TOKEN
#undef CST_FIELD
};

static const char *const field_names[CF_COUNT] = {
    [CF_NONE] = "",
#define CST_NODE(id, name)
#define CST_LIST(id, name)
#define CST_LEAF(id, name)
#define CST_JSX(id, name)
#define CST_NOJSX(id, name)
#define CST_TOKEN(id, name)
#define CST_FIELD(id, name) [CF_##id] = name,
#include "deducer/load/cst.def"
#undef CST_NODE
#undef CST_LIST
#undef CST_LEAF
#undef CST_JSX
#undef CST_NOJSX
#undef CST_TOKEN
#undef CST_FIELD
};

// Keywords and constructs can share a name ("import"): named ones are told apart by a leading ':'.
static Str symbol_key(Arena *a, const char *name, bool named) {
    return named ? str_cat(a, STR(":"), str_of(name)) : str_of(name);
}

static bool in_dialect(const SymbolRow *row, bool jsx) {
    return row->class != (jsx ? CLASS_NOJSX : CLASS_JSX);
}

static void dialect_init(Arena *a, Dialect *d, const TSLanguage *language, bool jsx) {
    Map names = map_new(a);
    for (uint32_t k = 1; k < CST_KIND_COUNT; k++) {
        const SymbolRow *row = &symbol_rows[k];
        if (!in_dialect(row, jsx))
            continue;
        map_set(&names, symbol_key(a, row->name, row->class != CLASS_TOKEN), (void *)row);
    }
    bool seen[CST_KIND_COUNT] = {false};
    d->language = language;
    d->kind_count = ts_language_symbol_count(language);
    d->kinds = arena_array(a, uint16_t, d->kind_count);
    for (uint32_t s = 0; s < d->kind_count; s++) {
        TSSymbolType type = ts_language_symbol_type(language, (TSSymbol)s);
        if (type != TSSymbolTypeRegular && type != TSSymbolTypeAnonymous)
            continue;
        const char *name = ts_language_symbol_name(language, (TSSymbol)s);
        const SymbolRow *row = map_find(&names, symbol_key(a, name, type == TSSymbolTypeRegular));
        if (row == NULL)
            continue;
        d->kinds[s] = (uint16_t)(row - symbol_rows);
        seen[row - symbol_rows] = true;
    }
    for (uint32_t k = 1; k < CST_KIND_COUNT; k++) {
        if (in_dialect(&symbol_rows[k], jsx) && !seen[k])
            BUG("the grammar has no symbol %s", symbol_rows[k].name);
    }
    d->field_count = ts_language_field_count(language) + 1;
    d->fields = arena_array(a, uint16_t, d->field_count);
    for (uint32_t f = 1; f < CF_COUNT; f++) {
        const char *name = field_names[f];
        TSFieldId id = ts_language_field_id_for_name(language, name, (uint32_t)strlen(name));
        if (id == 0)
            BUG("the grammar has no field %s", name);
        d->fields[id] = (uint16_t)f;
    }
}

const Grammar *grammar_new(Arena *a) {
    Grammar *g = arena_new(a, Grammar);
    dialect_init(a, &g->dialects[CST_TS], tree_sitter_typescript(), false);
    dialect_init(a, &g->dialects[CST_TSX], tree_sitter_tsx(), true);
    return g;
}

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
// chunk: what is behind would add nothing to the first error, which alone is reported.
static bool progress(TSParseState *state) {
    CstReader *r = state->payload;
    if (!state->has_error) {
        r->lost = 0;
        return false;
    }
    r->lost++;
    r->lost_total++;
    if (r->lost > LOST_MAX || r->lost_total > LOST_TOTAL_MAX) {
        uint32_t stop = state->current_byte_offset + 1;
        if (stop < r->stop)
            r->stop = stop;
    }
    return false;
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
    TSInput input = {.payload = r, .read = read_chunk, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = r, .progress_callback = progress};
    r->tree = ts_parser_parse_with_options(r->parser, old, input, options);
    ts_tree_delete(old);
    BUG_IF(r->tree == NULL);
    return !ts_node_has_error(ts_tree_root_node(r->tree));
}

void cst_edited(CstReader *r, uint32_t start, uint32_t end) {
    // Only bytes matter to us: the rows and columns that the tree keeps may go wrong.
    TSInputEdit edit = {.start_byte = start,
                        .old_end_byte = end,
                        .new_end_byte = end,
                        .start_point = {0, start},
                        .old_end_point = {0, end},
                        .new_end_point = {0, end}};
    ts_tree_edit(r->tree, &edit);
}

CstErrors cst_errors(CstReader *r, Arena *a, uint32_t max) {
    Vec(CstError) found = {0};
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
} Watch;

static void watch(void *payload, TSLogType type, const char *message) {
    Watch *w = payload;
    if (type != TSLogTypeParse || w->stuck)
        return;
    const char *place = strstr(message, "row:");
    if (strncmp(message, "process ", 8) == 0 && place != NULL) {
        sscanf(place, "row:%" SCNu32 ", col:%" SCNu32, &w->row, &w->column);
    } else if (strncmp(message, "detect_error", 12) == 0) {
        bool further = w->row > w->far_row || (w->row == w->far_row && w->column > w->far_column);
        if (further) {
            w->far_row = w->row;
            w->far_column = w->column;
        }
    } else if (strncmp(message, "resume ", 7) == 0) {
        w->stuck = true;
    }
}

static bool stop_when_stuck(TSParseState *state) {
    const Watch *w = state->payload;
    return w->stuck;
}

uint32_t cst_stuck_at(CstReader *r, Str text) {
    Watch w = {0};
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

typedef struct Flat {
    CstNode *at;
    uint32_t n, cap;
    uint32_t open[DEPTH_MAX]; // indices of the nodes around the current one
    uint32_t depth;
    bool roles, commas; // of the innermost: its children's roles matter; its commas do
} Flat;

// Looking up a child's role costs as much as visiting it: lists have no roles to look up.
static uint16_t role_of(const Flat *f, const Dialect *d, const TSTreeCursor *cursor) {
    return f->roles ? d->fields[ts_tree_cursor_current_field_id(cursor)] : CF_NONE;
}

// Adds the cursor's node where it is listed; true where its children are to be visited.
static bool flat_enter(Flat *f, Arena *a, const Dialect *d, const TSTreeCursor *cursor) {
    TSNode node = ts_tree_cursor_current_node(cursor);
    TSSymbol symbol = ts_node_symbol(node);
    CstKind kind = symbol < d->kind_count ? (CstKind)d->kinds[symbol] : CST_NONE;
    if (kind == CST_NONE || (kind == CST_T_COMMA && !f->commas))
        return false;
    if (f->n == f->cap) {
        size_t size = (size_t)f->cap * sizeof *f->at;
        f->at = arena_grow(a, f->at, size, size * 2);
        f->cap *= 2;
    }
    CstNode *n = &f->at[f->n++];
    n->kind = (uint16_t)kind;
    n->field = role_of(f, d, cursor);
    n->start = ts_node_start_byte(node);
    n->end = ts_node_end_byte(node);
    n->size = 1;
    SymbolClass class = symbol_rows[kind].class;
    return class != CLASS_LEAF && class != CLASS_TOKEN;
}

// The innermost open node has changed.
static void flat_settle(Flat *f) {
    CstKind kind = f->depth > 0 ? (CstKind)f->at[f->open[f->depth - 1]].kind : CST_NONE;
    f->roles = symbol_rows[kind].class != CLASS_LIST;
    f->commas = kind == CST_ARRAY || kind == CST_ARRAY_PATTERN;
}

Cst cst_flatten(CstReader *r, Arena *a, uint32_t *too_deep) {
    Flat *f = arena_new(a, Flat);
    f->cap = r->text.n / 8 + 64;
    f->at = arena_alloc(a, (size_t)f->cap * sizeof *f->at);
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(r->tree));
    bool deep = false;
    for (bool more = true; more && !deep;) {
        if (flat_enter(f, a, r->dialect, &cursor) && ts_tree_cursor_goto_first_child(&cursor)) {
            f->open[f->depth++] = f->n - 1;
            flat_settle(f);
            deep = f->depth == DEPTH_MAX;
            continue;
        }
        while (more && !ts_tree_cursor_goto_next_sibling(&cursor)) {
            more = ts_tree_cursor_goto_parent(&cursor);
            if (more) {
                CstNode *parent = &f->at[f->open[--f->depth]];
                parent->size = f->n - (uint32_t)(parent - f->at);
                flat_settle(f);
            }
        }
    }
    ts_tree_cursor_delete(&cursor);
    if (deep)
        *too_deep = f->at[f->n - 1].start;
    return deep || f->n == 0 ? NULL : f->at;
}
