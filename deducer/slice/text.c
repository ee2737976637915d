// The text of a module in a slice: a copy in which what the function does not need is blank.
//
// Input: a Need and a module. Output: its text, of the same length and lines. Statements go as a
// whole; of imports and export lists single names go; handlers of other functions become `null`.
// Invariant: bytes are only replaced, and line ends never.

#include "deducer/slice/slice.h"

#include "deducer/load/token.h"

#include <string.h>

typedef struct Cut {
    const Need *need;
    const Module *module;
    const NeedModule *nm;
    Arena *a;
    Str source;
    char *text;
    Vec(Span) gone; // whole statements
} Cut;

static void blank(Cut *c, uint32_t start, uint32_t end) {
    for (uint32_t i = start; i < end; i++)
        if (c->text[i] != '\n' && c->text[i] != '\r')
            c->text[i] = ' ';
}

static void drop(Cut *c, Span span) {
    blank(c, span.start, span.end);
    vec_push(c->a, &c->gone, span);
}

// ---- Statements that became neighbours ----------------------------------------------------------

// Behind white space and comments, in what is left.
static uint32_t next_code(const Cut *c, uint32_t i) {
    Str s = c->source;
    while (i < s.n) {
        if (strchr(" \t\r\n;", c->text[i])) {
            i++;
        } else if (c->text[i] == '/' && i + 1 < s.n && c->text[i + 1] == '/') {
            while (i < s.n && c->text[i] != '\n')
                i++;
        } else if (c->text[i] == '/' && i + 1 < s.n && c->text[i + 1] == '*') {
            int64_t end = str_find(s, STR("*/"), i + 2);
            i = end < 0 ? s.n : (uint32_t)end + 2;
        } else {
            break;
        }
    }
    return i;
}

// What stood before a dropped statement may have no `;`, and must not go on with what stands
// behind it.
static void separate(Cut *c) {
    uint32_t last = 0, at = 0;
    for (uint32_t i = 0; i < c->gone.n; i++) {
        Span gone = c->gone.at[i];
        bool done = last <= gone.start && gone.end < at; // by the first of several in a row
        last = gone.start;
        if (done)
            continue;
        at = next_code(c, gone.end);
        if (at < c->source.n && strchr("([`+-*/<.,", c->text[at]))
            c->text[c->gone.at[i].start] = ';';
    }
}

// ---- Imports ------------------------------------------------------------------------------------

typedef struct Clause { // the tokens of an import or export statement
    Cut *cut;
    Span span;
    Str text; // of the statement
    Toks ts;
    uint32_t at;
} Clause;

static Clause clause_of(Cut *c, Span span) {
    Clause k = {.cut = c, .span = span, .text = str_slice(c->source, span.start, span.end)};
    k.ts = toks_of(c->a, k.text);
    return k;
}

static bool has(const Clause *k, uint32_t i, const char *word) {
    return i < k->ts.n && tok_is(k->text, &k->ts.at[i], word);
}

static bool is_string(const Clause *k, uint32_t i) {
    return i < k->ts.n && k->ts.at[i].kind == TOK_STRING;
}

static void blank_tokens(const Clause *k, uint32_t first, uint32_t end) {
    if (first < end)
        blank(k->cut, k->span.start + k->ts.at[first].start, k->span.start + k->ts.at[end - 1].end);
}

// Where the module's specifier stands, or the end.
static uint32_t specifier_at(const Clause *k) {
    uint32_t i = 0;
    bool from = is_string(k, 1);
    while (i < k->ts.n && !(is_string(k, i) && (from || has(k, i - 1, "from"))))
        i++;
    return i;
}

static const Request *request_at(const Clause *k, uint32_t specifier) {
    const Module *m = k->cut->module;
    if (specifier >= k->ts.n)
        return NULL;
    Span at = {m->file, k->span.start + k->ts.at[specifier].start,
               k->span.start + k->ts.at[specifier].end};
    Str inner = str_slice(k->cut->source, at.start + 1, at.end - 1);
    for (uint32_t i = 0; i < m->requests.n; i++)
        if (str_eq(m->requests.at[i].specifier, inner) || m->requests.at[i].span.start == at.start)
            return &m->requests.at[i];
    return NULL;
}

// Loading the module matters, whatever is taken from it.
static bool still_loads(const Cut *c, const Request *r) {
    return r && r->kind == TARGET_MODULE && !r->types_only && !r->dynamic &&
           c->need->modules[r->module->index].live;
}

static bool import_stays(const Clause *k, uint32_t first, uint32_t end) {
    const Module *m = k->cut->module;
    uint32_t from = k->span.start + k->ts.at[first].start;
    uint32_t to = k->span.start + k->ts.at[end - 1].end;
    for (uint32_t i = 0; i < m->imports.n; i++) {
        Span s = m->imports.at[i].span;
        if (from <= s.start && s.end <= to && k->cut->nm->imports[i])
            return true;
    }
    return false;
}

typedef bool (*Stays)(const Clause *k, uint32_t first, uint32_t end);

// Names between braces, of which the first is at `first`; gives how many stay. `*behind` is set to
// the token behind the closing brace.
static uint32_t cut_names(const Clause *k, uint32_t first, Stays stays, uint32_t *behind) {
    uint32_t i = first, kept = 0;
    while (i < k->ts.n && k->ts.at[i].c != '}') {
        uint32_t end = i;
        while (end < k->ts.n && k->ts.at[end].c != ',' && k->ts.at[end].c != '}')
            end++;
        uint32_t next = end + (end < k->ts.n && k->ts.at[end].c == ',');
        if (end > i && stays(k, i, end))
            kept++;
        else
            blank_tokens(k, i, next);
        i = next;
    }
    *behind = i + 1;
    return kept;
}

// The clause between `import` and `from`: `a`, `* as b`, `{c, d as e}`, `a, {c}`, `a, * as b`.
static bool cut_clause(const Clause *k, uint32_t specifier) {
    uint32_t kept = 0, comma = UINT32_MAX, i = 1;
    bool before = false; // something that stays stands before the comma
    while (i + 1 < specifier) {
        uint32_t first = i, names = 0;
        if (k->ts.at[i].c == ',') {
            comma = i++;
            before = kept > 0;
            continue;
        }
        if (k->ts.at[i].c == '{') {
            names = cut_names(k, i + 1, import_stays, &i);
        } else {
            i += k->ts.at[i].c == '*' ? 3 : 1;
            names = import_stays(k, first, i);
        }
        if (!names)
            blank_tokens(k, first, i);
        if (comma != UINT32_MAX && !(before && names))
            blank_tokens(k, comma, comma + 1);
        kept += names;
    }
    return kept > 0;
}

static void cut_import(Cut *c, Span span) {
    Clause k = clause_of(c, span);
    uint32_t specifier = specifier_at(&k);
    if (has(&k, 2, "=") || has(&k, 3, "=")) { // import x = require("m")
        for (specifier = 0; specifier < k.ts.n && !is_string(&k, specifier);)
            specifier++;
        if (specifier == k.ts.n || import_stays(&k, 1, specifier))
            return;
        if (!still_loads(c, request_at(&k, specifier))) {
            drop(c, span);
            return;
        }
        blank_tokens(&k, 1, specifier);
        blank_tokens(&k, specifier + 1, specifier + 2);
        return;
    }
    const Request *r = request_at(&k, specifier);
    if (!r)
        return;
    if (specifier == 1) { // import "m"
        if (r->kind == TARGET_MODULE && !still_loads(c, r))
            drop(c, span);
        return;
    }
    bool type = has(&k, 1, "type") && !has(&k, 2, "from") && k.ts.at[2].c != ',';
    if (!type && cut_clause(&k, specifier))
        return;
    if (!type && still_loads(c, r))
        blank_tokens(&k, 1, specifier);
    else
        drop(c, span);
}

// ---- Exports ------------------------------------------------------------------------------------

static bool local_stays(const Clause *k, uint32_t first, uint32_t end) {
    const Cut *c = k->cut;
    const Module *m = c->module;
    bool type = has(k, first, "type") && end > first + 1 && !has(k, first + 1, "as");
    const Tok *t = &k->ts.at[first];
    Str name = str_slice(k->text, t->start, t->end);
    if (type)
        return false;
    Interner *in = c->need->plan->I->interner;
    for (uint32_t i = 0; m->scope && i < m->scope->count; i++)
        if (str_eq(sym_str(in, m->scope->at[i].name), name))
            return c->nm->slots[i];
    for (uint32_t i = 0; i < m->imports.n; i++)
        if (str_eq(sym_str(in, m->imports.at[i].local), name))
            return c->nm->imports[i];
    return false;
}

static bool export_stays(const Clause *k, uint32_t first, uint32_t end) {
    const Module *m = k->cut->module;
    uint32_t from = k->span.start + k->ts.at[first].start;
    uint32_t to = k->span.start + k->ts.at[end - 1].end;
    for (uint32_t i = 0; i < m->exports.n; i++) {
        Span s = m->exports.at[i].span;
        if (from <= s.start && s.end <= to && k->cut->nm->exports[i])
            return true;
    }
    return false;
}

static bool star_stays(const Clause *k, const Request *r) {
    const Module *m = k->cut->module;
    for (uint32_t i = 0; i < m->star_exports.n; i++)
        if (&m->requests.at[m->star_exports.at[i]] == r && k->cut->nm->stars[i])
            return true;
    return false;
}

// `export {…}`, `export {…} from "m"`, `export * from "m"`, `export * as a from "m"`.
static void cut_export(Cut *c, Span span) {
    Clause k = clause_of(c, span);
    uint32_t specifier = specifier_at(&k), behind;
    const Request *r = request_at(&k, specifier);
    bool list = k.ts.n > 1 && k.ts.at[1].c == '{', star = k.ts.n > 1 && k.ts.at[1].c == '*';
    if (!list && !star) // types, or what is no list
        return;
    bool named = star && has(&k, 2, "as");
    uint32_t kept = list    ? cut_names(&k, 2, r ? export_stays : local_stays, &behind)
                    : named ? export_stays(&k, 1, specifier)
                            : star_stays(&k, r);
    if (kept)
        return;
    if (!still_loads(c, r)) {
        drop(c, span);
        return;
    }
    // `export {} from "m"` still loads it.
    if (list)
        return;
    blank_tokens(&k, 1, specifier - 1);
    c->text[span.start + k.ts.at[1].start] = '{';
    c->text[span.start + k.ts.at[1].start + 1] = '}';
}

// ---- Modules ------------------------------------------------------------------------------------

static bool is_list(const Cut *c, const PlanModule *pm, Span span) {
    for (uint32_t i = pm->first; i < pm->end; i++) {
        Span s = c->need->plan->units.at[i].span;
        if (s.start < span.end && span.start < s.end)
            return false;
    }
    return true;
}

static void cut_units(Cut *c, const PlanModule *pm) {
    for (uint32_t i = pm->first; i < pm->end; i++) {
        const Unit *u = &c->need->plan->units.at[i];
        if (!c->need->units[i]) {
            drop(c, u->span);
            continue;
        }
        for (uint32_t k = 0; k < u->holes.n; k++) {
            Span s = u->holes.at[k].argument->span;
            if (!need_fills(c->need, u, &u->holes.at[k]))
                continue;
            blank(c, s.start, s.end);
            memcpy(c->text + s.start, "null", 4);
        }
    }
}

Str text_of(const Need *n, const Module *m) {
    Interp *I = n->plan->I;
    Str source = sources_get(I->sources, m->file)->text;
    const PlanModule *pm = &n->plan->modules[m->index];
    if (pm->whole || !m->program)
        return source;
    Cut c = {.need = n, .module = m, .nm = &n->modules[m->index], .a = I->a, .source = source};
    c.text = arena_copy(I->a, source.p, source.n);
    cut_units(&c, pm);
    for (uint32_t i = 0; i < m->program->u.block.count; i++) {
        const Node *s = m->program->u.block.at[i];
        Str text = str_slice(source, s->span.start, s->span.end);
        if (s->kind == N_IMPORT && str_starts(text, "import"))
            cut_import(&c, s->span);
    }
    for (uint32_t i = 0; i < m->export_spans.n; i++)
        if (is_list(&c, pm, m->export_spans.at[i]))
            cut_export(&c, m->export_spans.at[i]);
    separate(&c);
    return (Str){c.text, source.n};
}
