// The grammar's names, translated to the kinds and fields of cst.def.
//
// In: the two languages. Out: tables from their symbol and field numbers to ours. Invariant: every
// name of cst.def is there, else BUG: an upgrade of the grammar that renames something fails at
// once, with the name.

#include "deducer/load/cst_reader.h"

#include <string.h>

const TSLanguage *tree_sitter_typescript(void);
const TSLanguage *tree_sitter_tsx(void);

const uint8_t cst_classes[CST_KIND_COUNT] = {
#define CST(class, id, name) [CST_##id] = CLASS_##class,
#include "deducer/load/cst.def"
};

static const char *const kind_names[CST_KIND_COUNT] = {
#define CST(class, id, name) [CST_##id] = name,
#include "deducer/load/cst.def"
};

static const char *const field_names[CF_COUNT] = {
#define FIELD(id, name) [CF_##id] = name,
#include "deducer/load/cst.def"
};

// Keywords and constructs can share a name ("import"): named ones are told apart by a leading ':'.
static Str symbol_key(Arena *a, const char *name, bool named) {
    return named ? str_cat(a, STR(":"), str_of(name)) : str_of(name);
}

static bool in_dialect(uint32_t kind, bool jsx) {
    return cst_classes[kind] != (jsx ? CLASS_NOJSX : CLASS_JSX);
}

static void find_kinds(Arena *a, Dialect *d, bool jsx) {
    Map names = map_new(a);
    for (uint32_t k = 1; k < CST_KIND_COUNT; k++) {
        bool named = cst_classes[k] != CLASS_TOKEN;
        if (in_dialect(k, jsx))
            map_set(&names, symbol_key(a, kind_names[k], named), (void *)(uintptr_t)k);
    }
    bool seen[CST_KIND_COUNT] = {false};
    d->kind_count = ts_language_symbol_count(d->language);
    d->kinds = arena_array(a, uint16_t, d->kind_count);
    for (uint32_t s = 0; s < d->kind_count; s++) {
        TSSymbolType type = ts_language_symbol_type(d->language, (TSSymbol)s);
        if (type != TSSymbolTypeRegular && type != TSSymbolTypeAnonymous)
            continue;
        const char *name = ts_language_symbol_name(d->language, (TSSymbol)s);
        Str key = symbol_key(a, name, type == TSSymbolTypeRegular);
        d->kinds[s] = (uint16_t)(uintptr_t)map_find(&names, key);
        seen[d->kinds[s]] = true;
    }
    for (uint32_t k = 1; k < CST_KIND_COUNT; k++) {
        if (in_dialect(k, jsx) && !seen[k])
            BUG("the grammar has no symbol %s", kind_names[k]);
    }
}

static void find_fields(Arena *a, Dialect *d) {
    d->fields = arena_array(a, uint16_t, ts_language_field_count(d->language) + 1);
    for (uint32_t f = 1; f < CF_COUNT; f++) {
        const char *name = field_names[f];
        TSFieldId id = ts_language_field_id_for_name(d->language, name, (uint32_t)strlen(name));
        if (id == 0)
            BUG("the grammar has no field %s", name);
        d->fields[id] = (uint16_t)f;
    }
}

static void dialect_init(Arena *a, Dialect *d, const TSLanguage *language, bool jsx) {
    d->language = language;
    find_kinds(a, d, jsx);
    find_fields(a, d);
}

const Grammar *grammar_new(Arena *a) {
    Grammar *g = arena_new(a, Grammar);
    dialect_init(a, &g->dialects[CST_TS], tree_sitter_typescript(), false);
    dialect_init(a, &g->dialects[CST_TSX], tree_sitter_tsx(), true);
    return g;
}
