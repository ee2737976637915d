// What differs between two values, two resources, two stacks' settings, member by member.
//
// Input: the two sides. Output: paths with the JSON of either side.
// Invariant: the order of an object's members is no difference; everything else is, so that no
// output means that both sides are the same. What looks like a secret is compared, but never shown,
// whatever the program allows: comparisons are posted where programs are not.
#include "generator/diff/members.h"

static Str json_of(Arena *a, const ArchValue *v) {
    return v ? arch_value_to_json(a, v) : STR_EMPTY;
}

static void add(Arena *a, DiffMemberVec *out, Str path, Str before, Str after) {
    if (!str_eq(before, after))
        vec_push(a, out, (DiffMember){path, before, after});
}

static const char *secret_of(const ArchValue *v) {
    const char *what = v && v->type == ARCH_STRING ? secret_in(v->text) : NULL;
    for (uint32_t i = 0; v && i < v->count && !what; i++)
        what = secret_of(v->type == ARCH_OBJECT ? v->members[i].value : v->items[i]);
    return what;
}

static Str shown(Arena *a, const ArchValue *v, Str json) {
    const char *what = secret_of(v);
    return what ? str_fmt(a, "\"(hidden: looks like %s)\"", what) : json;
}

static void add_values(Arena *a, DiffMemberVec *out, Str path, const ArchValue *before,
                       const ArchValue *after) {
    Str x = json_of(a, before), y = json_of(a, after);
    if (!str_eq(x, y))
        vec_push(a, out, (DiffMember){path, shown(a, before, x), shown(a, after, y)});
}

static const ArchValue *find(const ArchValue *object, Str key) {
    for (uint32_t i = 0; object && i < object->count; i++)
        if (str_eq(object->members[i].key, key))
            return object->members[i].value;
    return NULL;
}

static Str below(Arena *a, Str path, Str key) {
    return path.n ? str_fmt(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key)) : key;
}

// An object that is missing has no members: what the other one holds is listed one by one.
static bool fits(const ArchValue *v, ArchType type) {
    return !v || v->type == type;
}

static void compare_objects(Arena *a, Str path, const ArchValue *before, const ArchValue *after,
                            DiffMemberVec *out) {
    for (uint32_t i = 0; before && i < before->count; i++) {
        Str key = before->members[i].key;
        members_of_values(a, below(a, path, key), before->members[i].value, find(after, key), out);
    }
    for (uint32_t i = 0; after && i < after->count; i++) {
        Str key = after->members[i].key;
        if (!find(before, key))
            members_of_values(a, below(a, path, key), NULL, after->members[i].value, out);
    }
}

static void compare_items(Arena *a, Str path, const ArchValue *before, const ArchValue *after,
                          DiffMemberVec *out) {
    uint32_t n = before->count > after->count ? before->count : after->count;
    for (uint32_t i = 0; i < n; i++) {
        const ArchValue *x = i < before->count ? before->items[i] : NULL;
        const ArchValue *y = i < after->count ? after->items[i] : NULL;
        members_of_values(a, str_fmt(a, "%.*s[%u]", STR_ARG(path), i), x, y, out);
    }
}

// No deeper than the values, which end at ARCH_DEPTH_MAX.
void members_of_values(Arena *a, Str path, const ArchValue *before, const ArchValue *after,
                       DiffMemberVec *out) {
    bool whole = (before ? before->count : 0) + (after ? after->count : 0) == 0;
    if (!whole && fits(before, ARCH_OBJECT) && fits(after, ARCH_OBJECT))
        compare_objects(a, path, before, after, out);
    else if (before && after && before->type == ARCH_ARRAY && after->type == ARCH_ARRAY)
        compare_items(a, path, before, after, out);
    else
        add_values(a, out, path, before, after);
}

// ---- Resources ----------------------------------------------------------------------------------

static bool holds(const StrVec *names, Str name) {
    for (uint32_t i = 0; i < names->n; i++)
        if (str_eq(names->at[i], name))
            return true;
    return false;
}

static Str quoted(Arena *a, Str s) {
    return arch_value_to_json(a, arch_string(a, s));
}

void members_of_resources(Arena *a, const ArchResource *before, const ArchResource *after,
                          DiffMemberVec *out) {
    members_of_values(a, STR_EMPTY, before->arguments, after->arguments, out);
    const StrVec *old = &before->environment, *new = &after->environment;
    for (uint32_t i = 0; i < old->n; i++)
        if (!holds(new, old->at[i]))
            add(a, out, STR("environment"), quoted(a, old->at[i]), STR_EMPTY);
    for (uint32_t i = 0; i < new->n; i++)
        if (!holds(old, new->at[i]))
            add(a, out, STR("environment"), STR_EMPTY, quoted(a, new->at[i]));
}

// ---- Settings -----------------------------------------------------------------------------------

static void add_text(Arena *a, DiffMemberVec *out, const char *path, Str before, Str after) {
    add(a, out, str_of(path), before.n ? quoted(a, before) : STR_EMPTY,
        after.n ? quoted(a, after) : STR_EMPTY);
}

static Str number(Arena *a, uint32_t n) {
    return n ? str_fmt(a, "%u", n) : STR_EMPTY;
}

static const Str *value_of(const PairVec *pairs, Str key) {
    for (uint32_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->at[i].key, key))
            return &pairs->at[i].value;
    return NULL;
}

static void compare_pairs(Arena *a, const char *path, const PairVec *before, const PairVec *after,
                          DiffMemberVec *out) {
    for (uint32_t i = 0; i < before->n; i++) {
        const Str *other = value_of(after, before->at[i].key);
        add(a, out, below(a, str_of(path), before->at[i].key), quoted(a, before->at[i].value),
            other ? quoted(a, *other) : STR_EMPTY);
    }
    for (uint32_t i = 0; i < after->n; i++)
        if (!value_of(before, after->at[i].key))
            add(a, out, below(a, str_of(path), after->at[i].key), STR_EMPTY,
                quoted(a, after->at[i].value));
}

void members_of_sides(Arena *a, const DiffSide *before, const DiffSide *after, DiffMemberVec *out) {
    const GenerateSettings *x = before->settings, *y = after->settings;
    add_text(a, out, "project", before->arch->project, after->arch->project);
    add_text(a, out, "stack", before->arch->stack, after->arch->stack);
    add_text(a, out, "region", x->region, y->region);
    add(a, out, STR("functions.memory"), number(a, x->memory), number(a, y->memory));
    add(a, out, STR("functions.timeout"), number(a, x->timeout), number(a, y->timeout));
    add(a, out, STR("functions.logRetention"), number(a, x->log_retention),
        number(a, y->log_retention));
    add_text(a, out, "functions.architecture", x->architecture, y->architecture);
    add_text(a, out, "functions.runtime", x->runtime, y->runtime);
    compare_pairs(a, "functions.environment", &x->environment, &y->environment, out);
    compare_pairs(a, "tags", &x->tags, &y->tags, out);
}
