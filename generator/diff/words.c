// A comparison in words.
//
// Input: parts of a Diff. Output: phrases.
// Invariant: two permissions that differ never read the same: what an action acts on is given with
// its reference in the template, not by the resource's name alone.
#include "generator/diff/words.h"

#include "generator/cfn/json.h"
#include "generator/expose.h"

enum { VALUE_MAX = 56, SHARED_KEPT = 12 };

Str words_id(Arena *a, Str id) {
    int64_t slash = str_find(id, STR("/"), 0);
    if (slash < 0)
        return id;
    return str_fmt(a, "%.*s %.*s", (int)slash, id.p,
                   STR_ARG(str_slice(id, (uint32_t)slash + 1, id.n)));
}

Str words_place(Arena *a, ArchPlace p) {
    if (!p.line)
        return STR_EMPTY;
    return str_fmt(a, "%.*s:%u:%u", STR_ARG(p.file), p.line, p.column);
}

// ---- Members ------------------------------------------------------------------------------------

// Never between the bytes of one character.
static uint32_t boundary(Str s, uint32_t at) {
    while (at > 0 && at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static Str shortened(Arena *a, Str s, uint32_t shared) {
    if (!s.n)
        return STR("unset");
    uint32_t from = s.n > VALUE_MAX && shared > SHARED_KEPT ? boundary(s, shared - SHARED_KEPT) : 0;
    uint32_t to = s.n - from > VALUE_MAX ? boundary(s, from + VALUE_MAX) : s.n;
    return str_fmt(a, "%s%.*s%s", from ? "…" : "", STR_ARG(str_slice(s, from, to)),
                   to < s.n ? "…" : "");
}

Str words_member(Arena *a, const DiffMember *m) {
    if (str_is(m->path, "environment"))
        return m->after.n ? str_fmt(a, "reads the variable %.*s", STR_ARG(m->after))
                          : str_fmt(a, "no longer reads the variable %.*s", STR_ARG(m->before));
    uint32_t shared = 0;
    while (shared < m->before.n && shared < m->after.n && m->before.p[shared] == m->after.p[shared])
        shared++;
    Str before = shortened(a, m->before, shared), after = shortened(a, m->after, shared);
    return str_fmt(a, "%.*s %.*s → %.*s", STR_ARG(m->path), STR_ARG(before), STR_ARG(after));
}

Str words_members(Arena *a, const DiffResource *r) {
    Buf b = buf_new(a);
    if (r->renamed) {
        buf_puts(&b, "renamed from ");
        buf_put(&b, r->before->name);
    }
    for (uint32_t i = 0; i < r->members.n; i++) {
        buf_puts(&b, b.n ? ", " : "");
        buf_put(&b, words_member(a, &r->members.at[i]));
    }
    return buf_str(&b);
}

// ---- Permissions --------------------------------------------------------------------------------

bool words_own_log(const DiffPermission *p) {
    return p->effect == EFFECT_NONE && !p->permission->edge &&
           str_starts(p->permission->action, "logs:");
}

// The logical id that a reference names, and the reference itself as people write it.
static Str reference(Arena *a, Str json, Str *target) {
    Str shown = json;
    *target = STR_EMPTY;
    Json *tree = cJSON_ParseWithLength(json.p, json.n);
    const Json *first = tree ? tree->child : NULL;
    Str name = first ? str_of(first->string) : STR_EMPTY;
    if (cJSON_IsString(tree)) {
        shown = str_dup(a, str_of(cJSON_GetStringValue(tree)));
    } else if (str_is(name, "Fn::GetAtt") && cJSON_GetArraySize(first) == 2) {
        *target = str_dup(a, str_of(cJSON_GetStringValue(cJSON_GetArrayItem(first, 0))));
        Str attribute = str_of(cJSON_GetStringValue(cJSON_GetArrayItem(first, 1)));
        shown = str_fmt(a, "%.*s.%.*s", STR_ARG(*target), STR_ARG(attribute));
    } else if (str_is(name, "Ref") && cJSON_IsString(first)) {
        *target = str_dup(a, str_of(cJSON_GetStringValue(first)));
        shown = *target;
    } else if (str_is(name, "Fn::Sub") && cJSON_IsString(first)) {
        shown = str_dup(a, str_of(cJSON_GetStringValue(first)));
    }
    cJSON_Delete(tree);
    return shown;
}

static Str on_text(Arena *a, const Diff *d, const DiffPermission *p) {
    const Trace *t = p->added ? &d->is : &d->was;
    Str target, shown = reference(a, p->permission->resource, &target);
    Str owner = p->permission->edge ? p->permission->edge->to : STR_EMPTY;
    for (uint32_t i = 0; target.n && i < t->resources.n; i++)
        if (str_eq(t->resources.at[i].id, target))
            owner = t->resources.at[i].owner;
    if (!owner.n || str_eq(owner, shown))
        return owner.n ? words_id(a, owner) : shown;
    return str_fmt(a, "%.*s (%.*s)", STR_ARG(words_id(a, owner)), STR_ARG(shown));
}

static void line_place(const Diff *d, const DiffPermission *p, PowerLine *line) {
    const ArchEdge *e = p->permission->edge;
    if (e && e->evidence.n) {
        line->place = vec_last(&e->evidence).place;
        line->note = vec_last(&e->evidence).note;
        return;
    }
    const ArchResource *r =
        arch_resource(p->added ? d->after.arch : d->before.arch, p->permission->principal);
    if (r)
        line->place = r->source;
}

static bool belongs(const DiffPermission *p, bool widening) {
    if (p->effect == EFFECT_NONE)
        return !words_own_log(p) && p->added != widening;
    return (p->effect == EFFECT_WIDENS) == widening;
}

PowerLineVec words_powers(Arena *a, const Diff *d, bool widening) {
    PowerLineVec lines = {0};
    Map index = map_new(a);
    for (uint32_t i = 0; i < d->permissions.n; i++) {
        const DiffPermission *p = &d->permissions.at[i];
        const TracePermission *t = p->permission;
        if (!belongs(p, widening))
            continue;
        Str key = str_fmt(a, "%d %p %.*s\n%.*s\n%.*s", p->added, (const void *)t->edge,
                          STR_ARG(t->resource), STR_ARG(t->condition), STR_ARG(t->principal));
        PowerLine *line = map_find(&index, key);
        if (line) {
            line->actions = str_fmt(a, "%.*s, %.*s", STR_ARG(line->actions), STR_ARG(t->action));
            continue;
        }
        line = arena_new(a, PowerLine);
        line->added = p->added;
        line->principal = t->principal;
        line->actions = t->action;
        line->on = on_text(a, d, p);
        line->condition = t->condition;
        line_place(d, p, line);
        map_set(&index, key, line);
        vec_push(a, &lines, line);
    }
    return lines;
}

// ---- Ways in, edges -----------------------------------------------------------------------------

WayIn words_way(const DiffExposure *e) {
    if (e->after && e->after->anyone)
        return WAY_OPENS;
    return e->before && e->before->anyone ? WAY_CLOSES : WAY_SIGNED;
}

static const char *who(const TraceExposure *e) {
    return e->anyone ? "anyone" : "IAM";
}

Str words_exposure(Arena *a, const DiffExposure *e) {
    if (e->before && e->after)
        return str_fmt(a, "%.*s, from %s to %s", STR_ARG(e->exposure->what), who(e->before),
                       who(e->after));
    return str_fmt(a, "%.*s, %s %s", STR_ARG(e->exposure->what), e->after ? "for" : "was for",
                   who(e->exposure));
}

ArchPlace words_exposure_place(Arena *a, const Diff *d, const DiffExposure *e) {
    const Arch *arch = e->after ? d->after.arch : d->before.arch;
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const ArchEdge *edge = &arch->edges.at[i];
        if (edge->type != EDGE_TRIGGER || !str_eq(edge->from, e->exposure->id))
            continue;
        Str what = str_cat(a, STR("route "), expose_route(a, edge));
        if (edge->evidence.n && str_eq(what, e->exposure->what))
            return edge->evidence.at[0].place;
    }
    const ArchResource *r = arch_resource(arch, e->exposure->id);
    return r ? r->source : (ArchPlace){0};
}

ArchPlace words_edge_place(const DiffEdge *e) {
    const ArchEdge *edge = e->after ? e->after : e->before;
    return edge->evidence.n ? vec_last(&edge->evidence).place : (ArchPlace){0};
}

Str words_operation(Arena *a, const ArchEdge *e) {
    Buf b = buf_new(a);
    buf_puts(&b, e->type == EDGE_READ ? "reads " : "");
    buf_put(&b, e->operation);
    for (uint32_t i = 0; e->arguments && i < e->arguments->count; i++) {
        const ArchValue *v = e->arguments->members[i].value;
        buf_putc(&b, ' ');
        buf_put(&b, v->type == ARCH_STRING ? v->text : arch_value_to_json(a, v));
    }
    return buf_str(&b);
}

// ---- The verdict --------------------------------------------------------------------------------

const char *words_headline(const Diff *d) {
    if (diff_empty(d))
        return "no change";
    if (d->widens && d->publishes)
        return "permissions widen and something becomes public";
    return d->widens      ? "permissions widen"
           : d->publishes ? "something becomes public"
                          : "nothing widens";
}

static void count(Buf *b, uint32_t n, const char *one, const char *many) {
    if (n)
        buf_printf(b, "%s%u %s", b->n ? ", " : "", n, n == 1 ? one : many);
}

Str words_counts(Arena *a, const Diff *d) {
    uint32_t ways[WAY_COUNT] = {0}, more = 0, less = 0;
    for (uint32_t i = 0; i < d->exposures.n; i++)
        ways[words_way(&d->exposures.at[i])]++;
    for (uint32_t i = 0; i < d->permissions.n; i++) {
        more += d->permissions.at[i].effect == EFFECT_WIDENS;
        less += d->permissions.at[i].effect == EFFECT_NARROWS;
    }
    Buf b = buf_new(a);
    if (diff_empty(d))
        return STR("the architecture and its permissions are the same");
    count(&b, ways[WAY_OPENS], "way in opens", "ways in open");
    count(&b, ways[WAY_CLOSES], "way in closes", "ways in close");
    count(&b, more, "permission more", "permissions more");
    count(&b, less, "permission less", "permissions less");
    count(&b, d->resources.n, "resource differs", "resources differ");
    count(&b, d->edges.n, "connection differs", "connections differ");
    count(&b, d->settings.n, "setting differs", "settings differ");
    return b.n ? buf_str(&b) : STR("what is there changes its form only");
}
