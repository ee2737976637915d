// Variables that a program wants and that are not set where `pluto run` runs.
//
// Input: the graph, which names the variables of each function; the slices, in whose text the reads
// stand; the template, which says what is taken from the deployer's environment. Output: a place
// for each that is missing. Invariant: what has a value without the variable is not missed.

#include "cli/run/unset.h"
#include "cli/json.h"

#include <string.h>

// ---- Reads in the text --------------------------------------------------------------------------

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

// The end of `.NAME` or `["NAME"]` at `at`; 0 where that is not there.
static uint32_t read_end(Str text, uint32_t at, Str name) {
    Str rest = str_slice(text, at, text.n);
    bool quoted = str_starts(rest, "[\"") || str_starts(rest, "['");
    uint32_t start = quoted ? 2 : 1;
    if (!quoted && !str_starts(rest, "."))
        return 0;
    uint32_t end = start + name.n;
    if (end > rest.n || !str_eq(str_slice(rest, start, end), name))
        return 0;
    if (!quoted)
        return end < rest.n && is_word(rest.p[end]) ? 0 : at + end;
    bool closed = end + 1 < rest.n && rest.p[end] == rest.p[1] && rest.p[end + 1] == ']';
    return closed ? at + end + 2 : 0;
}

// Whether `?? …`, `|| …` or `?.` follows: the program knows what to do without.
static bool has_otherwise(Str text, uint32_t at) {
    while (at < text.n && strchr(" \t\r\n)", text.p[at]))
        at++;
    Str rest = str_slice(text, at, text.n);
    return str_starts(rest, "??") || str_starts(rest, "||") || str_starts(rest, "?.");
}

// What is in a comment up to the end of a line, or in a line of one that has a star before each.
static bool in_comment(Str text, uint32_t at) {
    uint32_t begin = at;
    while (begin > 0 && text.p[begin - 1] != '\n')
        begin--;
    Str before = str_trim(str_slice(text, begin, at));
    if (str_starts(before, "*") || str_starts(before, "/*"))
        return !str_contains(before, "*/");
    int64_t slashes = str_find(before, STR("//"), 0);
    return slashes == 0 || (slashes > 0 && before.p[slashes - 1] != ':');
}

typedef struct Reads {
    uint32_t all, needing; // how often the text reads it, and of those without another value
    uint32_t first;        // the offset of the first that needs it
} Reads;

static Reads reads_of(Str text, Str name) {
    static const char object[] = "process.env";
    Reads found = {0};
    int64_t at = str_find(text, str_of(object), 0);
    for (; at >= 0; at = str_find(text, str_of(object), (uint32_t)at + 1)) {
        uint32_t end = read_end(text, (uint32_t)at + sizeof object - 1, name);
        if (!end || in_comment(text, (uint32_t)at))
            continue;
        found.all++;
        if (has_otherwise(text, end))
            continue;
        if (!found.needing++)
            found.first = (uint32_t)at;
    }
    return found;
}

// ---- One variable -------------------------------------------------------------------------------

static const Slice *slice_of(const Compile *c, Str function) {
    for (uint32_t i = 0; i < c->slices.n; i++)
        if (str_eq(c->slices.at[i].function, function))
            return &c->slices.at[i];
    return NULL;
}

static void place_set(Unset *u, Sources *sources, Str path, uint32_t offset) {
    FileId file = sources_find(sources, path);
    LineCol at = file ? source_line_col(sources, file, offset) : (LineCol){0};
    u->file = path;
    u->line = at.line;
    u->column = at.column;
}

// What a handler reads. Texts of slices keep the places of their sources. A variable that is read
// in a way that the text does not show (`const { X } = process.env`) is told at the handler.
static bool reads_it(Session *s, const Compile *c, const ArchResource *r, Unset *u) {
    const Slice *slice = slice_of(c, r->id);
    bool seen = false;
    for (uint32_t i = 0; slice && i < slice->modules.n; i++) {
        Reads found = reads_of(slice->modules.at[i].text, u->name);
        seen = seen || found.all;
        if (!found.needing)
            continue;
        place_set(u, s->sources, slice->modules.at[i].path, found.first);
        return true;
    }
    u->file = r->source.file;
    u->line = r->source.line;
    u->column = r->source.column;
    return !seen;
}

// Whether an argument is made of the variable, without another value beside it.
static bool made_of(const ArchValue *v, Str name) {
    if (v->type == ARCH_ENV)
        return str_eq(v->text, name);
    if (v->type == ARCH_ARRAY || v->type == ARCH_CONCAT)
        for (uint32_t i = 0; i < v->count; i++)
            if (made_of(v->items[i], name))
                return true;
    if (v->type == ARCH_OBJECT)
        for (uint32_t i = 0; i < v->count; i++)
            if (made_of(v->members[i].value, name))
                return true;
    return false;
}

static bool gets_it(Session *s, const ArchResource *r, Unset *u) {
    if (!r->arguments || !made_of(r->arguments, u->name))
        return false;
    FileId file = sources_find(s->sources, r->source.file);
    u->file = r->source.file;
    u->line = r->source.line;
    u->column = r->source.column;
    if (!file)
        return true;
    // Behind the place of the resource, if it stands there.
    uint32_t from = source_offset(s->sources, file, (LineCol){u->line, u->column});
    Str text = sources_get(s->sources, file)->text;
    Reads found = reads_of(str_slice(text, from, text.n), u->name);
    if (found.needing)
        place_set(u, s->sources, u->file, from + found.first);
    return true;
}

static bool find_one(Session *s, const Compile *c, Str name, Unset *out) {
    for (uint32_t i = 0; i < c->arch->resources.n; i++) {
        const ArchResource *r = &c->arch->resources.at[i];
        *out = (Unset){.name = name, .resource = r->id};
        if (gets_it(s, r, out))
            return true;
        for (uint32_t k = 0; k < r->environment.n; k++)
            if (str_eq(r->environment.at[k], name) && reads_it(s, c, r, out))
                return true;
    }
    return false;
}

// ---- All of them --------------------------------------------------------------------------------

static bool is_set(const Session *s, Arena *a, Str name) {
    Str value;
    return s->host->env(s->host, a, name, &value) && value.n > 0;
}

static void values_names(Arena *a, const ArchValue *v, StrVec *out) {
    if (v->type == ARCH_ENV)
        vec_push(a, out, v->text);
    for (uint32_t i = 0; (v->type == ARCH_ARRAY || v->type == ARCH_CONCAT) && i < v->count; i++)
        values_names(a, v->items[i], out);
    for (uint32_t i = 0; v->type == ARCH_OBJECT && i < v->count; i++)
        values_names(a, v->members[i].value, out);
}

// Names that were not asked for yet and are not set; they are asked for now.
static void candidates(const Session *s, const Compile *c, Map *done, Arena *keep, StrVec *out) {
    StrVec all = {0};
    for (uint32_t i = 0; i < c->arch->resources.n; i++) {
        const ArchResource *r = &c->arch->resources.at[i];
        for (uint32_t k = 0; k < r->environment.n; k++)
            vec_push(s->arena, &all, r->environment.at[k]);
        if (r->arguments)
            values_names(s->arena, r->arguments, &all);
    }
    for (uint32_t i = 0; i < all.n; i++) {
        if (map_has(done, all.at[i]) || is_set(s, s->arena, all.at[i]))
            continue;
        map_set(done, str_dup(keep, all.at[i]), done);
        vec_push(s->arena, out, all.at[i]);
    }
}

// Whether the template takes it from the deployer: not what Lambda sets itself, nor what the
// program or pluto.yml gives.
static bool is_taken(const cJSON *variables, Arena *a, Str name) {
    const cJSON *v;
    cJSON_ArrayForEach(v,
                       variables) if (cJSON_IsString(v) &&
                                      strcmp(v->valuestring, str_cstr(a, name)) == 0) return true;
    return false;
}

void unset_find(Session *s, const Compile *c, Map *done, Arena *keep, UnsetVec *out) {
    StrVec names = {0};
    candidates(s, c, done, keep, &names);
    if (!names.n)
        return;
    cJSON *template = cJSON_ParseWithLength(c->output.main.json.p, c->output.main.json.n);
    const cJSON *pluto = cJSON_GetObjectItem(cJSON_GetObjectItem(template, "Metadata"), "pluto");
    const cJSON *variables = cJSON_GetObjectItem(pluto, "variables");
    for (uint32_t i = 0; i < names.n; i++) {
        Unset u;
        if (is_taken(variables, s->arena, names.at[i]) && find_one(s, c, names.at[i], &u))
            vec_push(s->arena, out, u);
    }
    cJSON_Delete(template);
}
