// What all lowerings share: places, errors, tags, outputs, options.
//
// Input: the graph's nodes. Output: parts of the template.
// Invariant: everything that is added says in its metadata which resource, at which place of the
// program, it was made for.
#include "generator/lowering.h"

const Node *gen_node(const Gen *g, Str id) {
    const Node *n = map_find(&g->by_id, id);
    if (!n)
        BUG("no node `%.*s` in the graph", STR_ARG(id));
    return n;
}

__attribute__((format(printf, 4, 0))) static Diag *error_at(Gen *g, Code code, ArchPlace place,
                                                            const char *fmt, va_list ap) {
    Str message = str_vfmt(g->arena, fmt, ap);
    LineCol at = {place.line, place.column};
    return diag_error_at(g->diags, code, place.file, at, "%.*s", STR_ARG(message));
}

Diag *gen_error(Gen *g, Code code, const ArchResource *r, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = error_at(g, code, r->source, fmt, ap);
    va_end(ap);
    return d;
}

Diag *gen_error_at(Gen *g, Code code, ArchPlace place, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = error_at(g, code, place, fmt, ap);
    va_end(ap);
    return d;
}

ArchPlace gen_literal_place(const Gen *g, ArchPlace place, Str literal) {
    Sources *sources = g->settings->sources;
    FileId file = sources ? sources_find(sources, place.file) : 0;
    if (!file || literal.n == 0)
        return place;
    Str text = sources_get(sources, file)->text;
    uint32_t start = source_offset(sources, file, (LineCol){place.line, place.column});
    int64_t found = str_find(text, literal, start);
    if (found < 0)
        found = str_find(text, literal, 0);
    if (found < 0)
        return place;
    LineCol at = source_line_col(sources, file, (uint32_t)found);
    return (ArchPlace){place.file, at.line, at.column};
}

ArchPlace gen_edge_place(const Gen *g, const ArchEdge *edge) {
    if (edge->evidence.n)
        return edge->evidence.at[0].place;
    return gen_node(g, edge->from)->resource->source;
}

static Json *metadata(Gen *g, const ArchResource *owner) {
    Json *pluto = json_set_text(json_object(), "id", owner->id);
    if (owner->source.line)
        json_set_text(pluto, "source",
                      str_fmt(g->arena, "%.*s:%u:%u", STR_ARG(owner->source.file),
                              owner->source.line, owner->source.column));
    return json_set(json_object(), "pluto", pluto);
}

Json *gen_add(Gen *g, const ArchResource *owner, Str group, Str id, const char *type,
              Json *properties) {
    Json *json = json_set(json_object(), "Type", json_string(type));
    json_set(json, "Metadata", metadata(g, owner));
    json_set(json, "Properties", properties);
    Str other = STR_EMPTY;
    TemplateResource resource = {.id = id, .owner = owner->id, .group = group, .json = json};
    if (template_resource_add(g->template, resource, &other))
        return json;
    Diag *d = gen_error(g, P0303, owner, "`%.*s` and `%.*s` would have one logical id, `%.*s`",
                        STR_ARG(owner->id), STR_ARG(other), STR_ARG(id));
    diag_help(d, "give one of them another name");
    return NULL;
}

void gen_output(Gen *g, Str id, Str description, Json *value) {
    Json *output = json_set_text(json_object(), "Description", description);
    template_part_add(g->template, &g->template->outputs, id, json_set(output, "Value", value));
}

void gen_parameter(Gen *g, Str id, Str description) {
    Json *parameter = json_set(json_object(), "Type", json_string("String"));
    json_set_text(parameter, "Description", description);
    template_part_add(g->template, &g->template->parameters, id, parameter);
}

// ---- Tags ---------------------------------------------------------------------------------------

// Tag values have a small alphabet; what is outside of it becomes `_`.
static Str tag_value(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n && i < 256; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        buf_putc(&b, plain || str_contains(STR(" _.:/=+-@"), (char[]){c, 0}) ? c : '_');
    }
    return buf_str(&b);
}

static PairVec tags(Gen *g, const ArchResource *r) {
    PairVec all = {0};
    vec_push(g->arena, &all, (Pair){STR("pluto:project"), tag_value(g->arena, g->arch->project)});
    vec_push(g->arena, &all, (Pair){STR("pluto:stack"), tag_value(g->arena, g->arch->stack)});
    vec_push(g->arena, &all, (Pair){STR("pluto:resource"), tag_value(g->arena, r->id)});
    for (uint32_t i = 0; i < g->settings->tags.n; i++)
        vec_push(g->arena, &all, g->settings->tags.at[i]);
    return all;
}

Json *gen_tags(Gen *g, const ArchResource *r) {
    PairVec all = tags(g, r);
    Json *list = json_array();
    for (uint32_t i = 0; i < all.n; i++) {
        Json *tag = json_set_text(json_object(), "Key", all.at[i].key);
        json_push(list, json_set_text(tag, "Value", all.at[i].value));
    }
    return list;
}

Json *gen_tag_object(Gen *g, const ArchResource *r) {
    PairVec all = tags(g, r);
    Json *object = json_object();
    for (uint32_t i = 0; i < all.n; i++)
        json_put(object, all.at[i].key, json_text(all.at[i].value));
    return object;
}

// ---- Options ------------------------------------------------------------------------------------

const ArchValue *option_value(const ArchResource *r, const char *name) {
    return arch_find(arch_find(r->arguments, "options"), name);
}

double option_number(const ArchResource *r, const char *name, double fallback) {
    const ArchValue *v = option_value(r, name);
    return v && v->type == ARCH_NUMBER ? v->number : fallback;
}

Str option_text(const ArchResource *r, const char *name, Str fallback) {
    const ArchValue *v = option_value(r, name);
    return v && v->type == ARCH_STRING ? v->text : fallback;
}

bool option_bool(const ArchResource *r, const char *name, bool fallback) {
    const ArchValue *v = option_value(r, name);
    return v && v->type == ARCH_BOOL ? v->boolean : fallback;
}
