// Who is meant by the words of a question.
//
// Input: words of the command line. Output: resources of the graph, in the direction of the edges
// between them, or what was probably meant.
// Invariant: a word that fits several resources is never guessed at: edges and the order of the
// words may decide, else it is an error that names them all.

#include "cli/why/why.h"

enum { NAMED_MAX = 8 };

typedef Vec(const ArchResource *) Candidates;

static bool same_letters(Str a, Str b) {
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x - 'A' + 'a') : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y - 'A' + 'a') : y;
        if (x != y)
            return false;
    }
    return true;
}

// "name", "Kind/name", "kind/name"; names may hold slashes themselves.
static bool fits(const ArchResource *r, Str word) {
    if (str_eq(r->name, word) || str_eq(r->id, word))
        return true;
    uint32_t n = r->kind.n;
    return word.n > n && word.p[n] == '/' && same_letters(str_slice(word, 0, n), r->kind) &&
           str_eq(str_slice(word, n + 1, word.n), r->name);
}

static Candidates candidates(const Why *w, Str word) {
    Candidates all = {0};
    for (uint32_t i = 0; i < w->arch->resources.n; i++)
        if (fits(&w->arch->resources.at[i], word))
            vec_push(w->a, &all, &w->arch->resources.at[i]);
    // Who reads the program knows the variable better than the name.
    for (uint32_t i = 0; !all.n && word.n && i < w->arch->resources.n; i++)
        if (str_eq(why_variable(w, &w->arch->resources.at[i]), word))
            vec_push(w->a, &all, &w->arch->resources.at[i]);
    return all;
}

// ---- Words that name nothing --------------------------------------------------------------------

static Str listed(const Why *w) {
    Buf b = buf_new(w->a);
    uint32_t n = w->arch->resources.n;
    for (uint32_t i = 0; i < n && i < NAMED_MAX; i++)
        buf_printf(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(w->arch->resources.at[i].name));
    if (n > NAMED_MAX)
        buf_printf(&b, " and %u more (`pluto graph` shows all)", n - NAMED_MAX);
    return buf_str(&b);
}

// Suggestions are of the word's own form: an id for an id, a name for a name.
static bool unknown(const Why *w, Str word, Err *err) {
    uint32_t n = w->arch->resources.n;
    Str *names = arena_array(w->a, Str, (size_t)2 * n);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = w->arch->resources.at[i].name;
        names[n + i] = w->arch->resources.at[i].id;
    }
    bool whole = str_contains(word, "/");
    Str near = str_suggest(word, whole ? names + n : names, n);
    err_set(err, ERR_USAGE, "`%.*s` has no resource `%.*s`", STR_ARG(w->arch->project),
            STR_ARG(word));
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    else if (n)
        err_hint(err, "it has %.*s", STR_ARG(listed(w)));
    return false;
}

static bool ambiguous(const Why *w, Str word, const Candidates *all, Err *err) {
    Buf b = buf_new(w->a);
    for (uint32_t i = 0; i < all->n; i++)
        buf_printf(&b, "%s`%.*s`",
                   i == 0            ? ""
                   : i + 1 == all->n ? " or "
                                     : ", ",
                   STR_ARG(all->at[i]->id));
    err_set(err, ERR_USAGE, "`%.*s` may be %.*s", STR_ARG(word), STR_ARG(buf_str(&b)));
    err_hint(err, "say which, for example `%.*s`", STR_ARG(all->at[0]->id));
    return false;
}

// ---- Two words ----------------------------------------------------------------------------------

static bool connected(const Why *w, const ArchResource *from, const ArchResource *to) {
    for (uint32_t i = 0; i < w->arch->edges.n; i++)
        if (str_eq(w->arch->edges.at[i].from, from->id) && str_eq(w->arch->edges.at[i].to, to->id))
            return true;
    return false;
}

static bool is_function(const ArchResource *r) {
    return str_is(r->kind, "Function");
}

// Leaves those that take part in an edge with one of the others, where there are such.
static void keep_connected(const Why *w, Candidates *these, const Candidates *others) {
    Candidates kept = {0};
    for (uint32_t i = 0; i < these->n; i++)
        for (uint32_t k = 0; k < others->n; k++)
            if (connected(w, these->at[i], others->at[k]) ||
                connected(w, others->at[k], these->at[i])) {
                vec_push(w->a, &kept, these->at[i]);
                break;
            }
    if (kept.n)
        *these = kept;
}

// The first word asks for a function, the second for anything else, where there is a choice.
static void keep_expected(const Why *w, Candidates *these, bool function) {
    Candidates kept = {0};
    for (uint32_t i = 0; i < these->n; i++)
        if (is_function(these->at[i]) == function)
            vec_push(w->a, &kept, these->at[i]);
    if (kept.n == 1)
        *these = kept;
}

// Questions are asked in any order, edges have one.
static void turn(Why *w) {
    const ArchResource *from = w->from;
    w->from = w->to;
    w->to = from;
}

bool why_resolve(Why *w, Str first, Str second, Err *err) {
    Candidates a = candidates(w, first), b = candidates(w, second);
    if (!a.n)
        return unknown(w, first, err);
    if (second.n && !b.n)
        return unknown(w, second, err);
    if (second.n && a.n + b.n > 2) {
        keep_connected(w, &a, &b);
        keep_connected(w, &b, &a);
    }
    if (a.n > 1)
        keep_expected(w, &a, true);
    if (b.n > 1)
        keep_expected(w, &b, false);
    if (a.n > 1)
        return ambiguous(w, first, &a, err);
    if (b.n > 1)
        return ambiguous(w, second, &b, err);
    w->from = a.at[0];
    w->to = b.n ? b.at[0] : NULL;
    if (!w->to || connected(w, w->from, w->to))
        return true;
    bool turned = connected(w, w->to, w->from) || (is_function(w->to) && !is_function(w->from));
    bool away = !is_function(w->from) && !why_way(w, w->from, w->to).n;
    if (turned || (away && why_way(w, w->to, w->from).n))
        turn(w);
    return true;
}

// ---- Operations ---------------------------------------------------------------------------------

// What functions do with a resource, or what connects it to them.
static void push_operations(const Why *w, const ArchResource *r, bool infra, StrVec *names) {
    const Kind *kind = kind_find(&kind_table, r->kind);
    for (const Op *op = kind ? kind->ops : NULL; op && op->name; op++)
        if ((op->role == OP_INFRA) == infra)
            vec_push(w->a, names, str_of(op->name));
    for (const Property *p = kind && !infra ? kind->properties : NULL; p && p->name; p++)
        vec_push(w->a, names, str_of(p->name));
}

bool why_operation(const Why *w, Str operation, Err *err) {
    StrVec names = {0};
    const ArchResource *used = w->to ? w->to : w->from;
    push_operations(w, used, false, &names);
    push_operations(w, w->from, true, &names);
    for (uint32_t i = 0; i < names.n; i++)
        if (str_eq(names.at[i], operation))
            return true;
    err_set(err, ERR_USAGE, "a %.*s has no operation `%.*s`", STR_ARG(used->kind),
            STR_ARG(operation));
    Str near = str_suggest(operation, names.at, names.n);
    if (near.n) {
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
        return false;
    }
    Buf b = buf_new(w->a);
    for (uint32_t i = 0; i < names.n; i++)
        buf_printf(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(names.at[i]));
    err_hint(err, names.n ? "it has %.*s" : "functions can do nothing with it%.*s",
             STR_ARG(buf_str(&b)));
    return false;
}
