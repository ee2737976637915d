// The graph from JSON text: read, then checked, every problem a P0507.
//
// Input: text that anybody may have written. Output: a graph that is as sound as one the deducer
// made, or problems. Three steps: the text (arch_json_text.c, then cJSON), the shape (tables of
// fields), the meaning (ids, kinds, operations). Invariant: what is accepted and written again
// reads back the same.

#include "arch/arch.h"
#include "arch/arch_json_text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

typedef struct Reader {
    Arena *a;
    Str json, name; // the text, and its file, for diagnostics
    const KindTable *kinds;
    Diags *ds;
    Arch *arch;
    Map ids; // id → ArchResource, once all of them are read
    unsigned problems;
} Reader;

enum { PLACES_MAX = 100 };

typedef JsonPath Path;

static Path at_key(const Path *up, const char *key) {
    return (Path){up, key, 0};
}

static Path at_index(const Path *up, uint32_t index) {
    return (Path){up, NULL, index};
}

static LineCol line_col(Str text, Str name, uint32_t offset) {
    Sources *sources = sources_open();
    LineCol place = source_line_col(sources, sources_add(sources, name, text), offset);
    sources_close(sources);
    return place;
}

// Records "`edges[3].to` " and the message.
static Diag *problem(Reader *r, const Path *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static Diag *problem(Reader *r, const Path *path, const char *fmt, ...) {
    r->problems++;
    Buf message = buf_new(r->a);
    if (path) {
        buf_putc(&message, '`');
        Buf where = buf_new(r->a);
        json_path_print(&where, path);
        buf_put(&message, buf_str(&where));
        buf_puts(&message, "` ");
    } else {
        buf_puts(&message, "the graph ");
    }
    va_list ap;
    va_start(ap, fmt);
    buf_put(&message, str_vfmt(r->a, fmt, ap));
    va_end(ap);
    // Finding a place reads the text again: not for every problem of a text that is full of them.
    LineCol place = {1, 1};
    if (r->problems <= PLACES_MAX)
        place = line_col(r->json, r->name, json_path_offset(r->json, path));
    return diag_error_at(r->ds, P0507, r->name, place, "%.*s", STR_ARG(buf_str(&message)));
}

// ---- Shape --------------------------------------------------------------------------------------

typedef enum FieldType { F_STRING, F_NAME, F_PLACE_NUMBER, F_OBJECT, F_ARRAY } FieldType;

static const char *const field_wants[] = {
    [F_STRING] = "must be a string",
    [F_NAME] = "must be a string that is not empty",
    [F_PLACE_NUMBER] = "must be a whole number from 1",
    [F_OBJECT] = "must be an object",
    [F_ARRAY] = "must be an array",
};

typedef struct Field {
    const char *name;
    FieldType type;
    bool required;
} Field;

enum { FIELDS_MAX = 8 };

static bool field_fits(const cJSON *node, FieldType type) {
    switch (type) {
    case F_STRING:
        return cJSON_IsString(node);
    case F_NAME:
        return cJSON_IsString(node) && node->valuestring[0];
    case F_PLACE_NUMBER:
        return cJSON_IsNumber(node) && node->valuedouble >= 1 && node->valuedouble <= UINT32_MAX &&
               floor(node->valuedouble) >= node->valuedouble;
    case F_OBJECT:
        return cJSON_IsObject(node);
    case F_ARRAY:
        return cJSON_IsArray(node);
    }
    return false;
}

static int field_index(const Field *fields, const char *name) {
    for (int i = 0; fields[i].name; i++)
        if (strcmp(fields[i].name, name) == 0)
            return i;
    return -1;
}

static void problem_unknown(Reader *r, const Path *path, const Field *fields, const char *name) {
    Path here = at_key(path, name);
    Diag *d = problem(r, &here, "is not known here");
    Str names[FIELDS_MAX];
    size_t n = 0;
    for (; fields[n].name; n++)
        names[n] = str_of(fields[n].name);
    Str near = str_suggest(str_of(name), names, n);
    if (near.n)
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
}

// Checks an object against its table of fields; out[i] is the member of row i, or NULL. False where
// anything was wrong.
static bool fields_read(Reader *r, const cJSON *object, const Path *path, const Field *fields,
                        const cJSON **out) {
    bool good = true;
    for (int i = 0; fields[i].name; i++)
        out[i] = NULL;
    if (!cJSON_IsObject(object)) {
        problem(r, path, "%s", field_wants[F_OBJECT]);
        return false;
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, object) {
        Path here = at_key(path, member->string);
        int i = field_index(fields, member->string);
        good = i >= 0 && !out[i] && field_fits(member, fields[i].type) && good;
        if (i < 0)
            problem_unknown(r, path, fields, member->string);
        else if (out[i])
            problem(r, &here, "stands twice");
        else if (!field_fits(member, fields[i].type))
            problem(r, &here, "%s", field_wants[fields[i].type]);
        if (i >= 0)
            out[i] = member;
    }
    for (int i = 0; fields[i].name; i++) {
        if (out[i] || !fields[i].required)
            continue;
        Path here = at_key(path, fields[i].name);
        problem(r, &here, "is missing");
        good = false;
    }
    return good;
}

static Str text(Reader *r, const cJSON *node) {
    return node ? str_dup(r->a, str_of(node->valuestring)) : STR_EMPTY;
}

enum { PLACE_FILE, PLACE_LINE, PLACE_COLUMN };

// A place from its three members, all there or all absent.
static ArchPlace place_read(Reader *r, const Path *path, const cJSON *const *member) {
    ArchPlace place = {STR_EMPTY, 0, 0};
    int there = !!member[PLACE_FILE] + !!member[PLACE_LINE] + !!member[PLACE_COLUMN];
    if (there == 0)
        return place;
    if (there < 3) {
        problem(r, path, "needs `file`, `line` and `column` together");
        return place;
    }
    place.file = text(r, member[PLACE_FILE]);
    place.line = (uint32_t)member[PLACE_LINE]->valuedouble;
    place.column = (uint32_t)member[PLACE_COLUMN]->valuedouble;
    Str normal = path_normal(r->a, place.file);
    if (path_is_absolute(normal) || str_is(normal, "..") || str_starts(normal, "../"))
        problem(r, path, "has a `file` outside of the project");
    return place;
}

#define PLACE_FIELDS(required)                                                                     \
    {"file", F_NAME, required}, {"line", F_PLACE_NUMBER, required}, {                              \
        "column", F_PLACE_NUMBER, required                                                         \
    }

// ---- Values -------------------------------------------------------------------------------------

static ArchValue *value_read(Reader *r, const cJSON *node, const Path *path);

static void items_read(Reader *r, const cJSON *array, const Path *path, ArchValue *out) {
    uint32_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) {
        Path here = at_index(path, i++);
        arch_item_push(r->a, out, value_read(r, item, &here));
    }
}

// What may be joined into a string, or stand for one.
static bool is_text(const ArchValue *v) {
    return v->type == ARCH_STRING || v->type >= ARCH_PROPERTY;
}

static ArchValue *late_new(Reader *r, ArchType type) {
    ArchValue *v = arch_object(r->a);
    v->type = type;
    return v;
}

static ArchValue *property_read(Reader *r, const cJSON *node, const Path *path) {
    static const Field fields[] = {
        {"resource", F_NAME, true}, {"property", F_NAME, true}, {NULL, F_STRING, false}};
    ArchValue *v = late_new(r, ARCH_PROPERTY);
    const cJSON *member[2];
    if (!fields_read(r, node, path, fields, member))
        return v;
    v->text = text(r, member[0]);
    v->property = text(r, member[1]);
    const ArchResource *resource = map_find(&r->ids, v->text);
    if (!resource) {
        problem(r, path, "names `%.*s`, which is no resource of the graph", STR_ARG(v->text));
        return v;
    }
    const Kind *kind = kind_find(r->kinds, resource->kind);
    const Op *op = kind_op(kind, v->property);
    if (!kind_property(kind, v->property) && !(op && op->role == OP_LATE))
        problem(r, path, "names `%.*s`, which is no property of %s", STR_ARG(v->property),
                kind->name);
    return v;
}

static ArchValue *secret_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = late_new(r, ARCH_SECRET);
    if (!field_fits(node, F_NAME)) {
        problem(r, path, "%s", field_wants[F_NAME]);
        return v;
    }
    v->text = text(r, node);
    const ArchResource *resource = map_find(&r->ids, v->text);
    if (!resource || !str_is(resource->kind, "Secret"))
        problem(r, path, "names `%.*s`, which is no Secret of the graph", STR_ARG(v->text));
    return v;
}

static ArchValue *env_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = late_new(r, ARCH_ENV);
    if (field_fits(node, F_NAME))
        v->text = text(r, node);
    else
        problem(r, path, "%s", field_wants[F_NAME]);
    return v;
}

static ArchValue *concat_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = late_new(r, ARCH_CONCAT);
    if (!cJSON_IsArray(node)) {
        problem(r, path, "%s", field_wants[F_ARRAY]);
        return v;
    }
    items_read(r, node, path, v);
    for (uint32_t i = 0; i < v->count; i++) {
        if (is_text(v->items[i]))
            continue;
        Path here = at_index(path, i);
        problem(r, &here, "must be a string or a value known later");
    }
    return v;
}

static ArchValue *or_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = late_new(r, ARCH_OR);
    if (cJSON_IsArray(node))
        items_read(r, node, path, v);
    if (v->count != 2 || v->items[0]->type != ARCH_ENV)
        problem(r, path, "must be an `$env` and what stands in for it");
    return v;
}

// `path` ends in the `$` key.
static ArchValue *late_read(Reader *r, const cJSON *node, const Path *path) {
    static const struct {
        const char *key;
        ArchValue *(*read)(Reader *r, const cJSON *node, const Path *path);
    } forms[] = {{"$property", property_read},
                 {"$env", env_read},
                 {"$concat", concat_read},
                 {"$secret", secret_read},
                 {"$or", or_read}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].key, path->key) == 0)
            return forms[i].read(r, node, path);
    problem(r, path, "is no kind of late value; a plain member is written with `$$`");
    return arch_null(r->a);
}

static bool is_late_key(const char *key) {
    return key[0] == '$' && key[1] != '$';
}

static ArchValue *object_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = arch_object(r->a);
    Map seen = map_new(r->a);
    const cJSON *member;
    cJSON_ArrayForEach(member, node) {
        Path here = at_key(path, member->string);
        if (is_late_key(member->string)) {
            if (!node->child->next)
                return late_read(r, member, &here);
            problem(r, &here, "must stand alone in its object");
            continue;
        }
        Str key = str_dup(r->a, str_of(member->string));
        if (!map_set(&seen, key, v))
            problem(r, &here, "stands twice");
        if (str_starts(key, "$"))
            key = str_slice(key, 1, key.n);
        arch_member_push(r->a, v, key, value_read(r, member, &here));
    }
    return v;
}

// The depth of the text is bounded, and with it this recursion.
static ArchValue *value_read(Reader *r, const cJSON *node, const Path *path) {
    if (cJSON_IsObject(node))
        return object_read(r, node, path);
    if (cJSON_IsString(node))
        return arch_string(r->a, text(r, node));
    if (cJSON_IsNumber(node))
        return arch_number(r->a, node->valuedouble);
    if (cJSON_IsBool(node))
        return arch_bool(r->a, cJSON_IsTrue(node));
    if (!cJSON_IsArray(node))
        return arch_null(r->a);
    ArchValue *v = arch_array(r->a);
    items_read(r, node, path, v);
    return v;
}

static ArchValue *arguments_read(Reader *r, const cJSON *node, const Path *path) {
    ArchValue *v = object_read(r, node, path);
    if (v->type != ARCH_OBJECT)
        problem(r, path, "must be a plain object");
    return v;
}

// ---- Resources ----------------------------------------------------------------------------------

enum { R_ID, R_KIND, R_NAME, R_ARGUMENTS, R_HANDLER, R_ENVIRONMENT, R_SOURCE, R_COUNT };

static const Field resource_fields[] = {
    [R_ID] = {"id", F_NAME, true},
    [R_KIND] = {"kind", F_NAME, true},
    [R_NAME] = {"name", F_NAME, true},
    [R_ARGUMENTS] = {"arguments", F_OBJECT, true},
    [R_HANDLER] = {"handler", F_OBJECT, false},
    [R_ENVIRONMENT] = {"environment", F_ARRAY, false},
    [R_SOURCE] = {"source", F_OBJECT, false},
    [R_COUNT] = {NULL, F_STRING, false},
};

static void handler_read(Reader *r, const cJSON *node, const Path *path, ArchHandler *out) {
    static const Field fields[] = {
        PLACE_FIELDS(true), {"export", F_NAME, false}, {NULL, F_STRING, false}};
    const cJSON *member[4];
    if (!fields_read(r, node, path, fields, member))
        return;
    out->present = true;
    out->place = place_read(r, path, member);
    out->export_name = text(r, member[3]);
}

static void environment_read(Reader *r, const cJSON *node, const Path *path, StrVec *out) {
    const cJSON *item;
    uint32_t i = 0;
    cJSON_ArrayForEach(item, node) {
        Path here = at_index(path, i++);
        if (!field_fits(item, F_NAME)) {
            problem(r, &here, "%s", field_wants[F_NAME]);
            continue;
        }
        Str name = text(r, item);
        if (out->n && str_cmp(vec_last(out), name) >= 0)
            problem(r, &here, "is out of order or stands twice");
        vec_push(r->a, out, name);
    }
}

static void kind_check(Reader *r, const Path *path, Str name) {
    if (kind_find(r->kinds, name))
        return;
    Diag *d = problem(r, path, "names the kind `%.*s`, which does not exist", STR_ARG(name));
    Str *names = arena_array(r->a, Str, r->kinds->n);
    for (uint32_t i = 0; i < r->kinds->n; i++)
        names[i] = str_of(r->kinds->at[i]->name);
    Str near = str_suggest(name, names, r->kinds->n);
    if (near.n)
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
}

// All of a resource but its arguments, which may speak of resources that are not read yet.
static ArchResource resource_read(Reader *r, const Path *path, const cJSON *const *member) {
    ArchResource out = {.id = text(r, member[R_ID]),
                        .kind = text(r, member[R_KIND]),
                        .name = text(r, member[R_NAME])};
    Path kind_path = at_key(path, "kind");
    kind_check(r, &kind_path, out.kind);
    Path id_path = at_key(path, "id");
    if (!str_eq(out.id, str_fmt(r->a, "%.*s/%.*s", STR_ARG(out.kind), STR_ARG(out.name))))
        problem(r, &id_path, "must be `%.*s/%.*s`", STR_ARG(out.kind), STR_ARG(out.name));
    if ((member[R_HANDLER] || member[R_ENVIRONMENT]) && !str_is(out.kind, "Function"))
        problem(r, path, "is no Function, and so has neither `handler` nor `environment`");
    Path handler_path = at_key(path, "handler");
    if (member[R_HANDLER])
        handler_read(r, member[R_HANDLER], &handler_path, &out.handler);
    Path environment_path = at_key(path, "environment");
    environment_read(r, member[R_ENVIRONMENT], &environment_path, &out.environment);
    if (member[R_SOURCE]) {
        static const Field fields[] = {PLACE_FIELDS(true), {NULL, F_STRING, false}};
        Path source_path = at_key(path, "source");
        const cJSON *place[3];
        if (fields_read(r, member[R_SOURCE], &source_path, fields, place))
            out.source = place_read(r, &source_path, place);
    }
    return out;
}

static void resources_read(Reader *r, const cJSON *array) {
    Path top = at_key(NULL, "resources");
    Vec(const cJSON *) arguments = {0};
    const cJSON *node;
    uint32_t i = 0;
    cJSON_ArrayForEach(node, array) {
        Path path = at_index(&top, i++);
        const cJSON *member[R_COUNT];
        if (!fields_read(r, node, &path, resource_fields, member))
            continue;
        vec_push(r->a, &r->arch->resources, resource_read(r, &path, member));
        vec_push(r->a, &arguments, member[R_ARGUMENTS]);
    }
    if (r->problems)
        return; // else every index below is the one in the file, every kind known
    for (i = 0; i < r->arch->resources.n; i++) {
        ArchResource *resource = &r->arch->resources.at[i];
        Path path = at_index(&top, i);
        Path id_path = at_key(&path, "id");
        if (!map_set(&r->ids, resource->id, resource))
            problem(r, &id_path, "stands twice");
    }
    for (i = 0; i < arguments.n; i++) {
        Path path = at_index(&top, i);
        Path here = at_key(&path, "arguments");
        r->arch->resources.at[i].arguments = arguments_read(r, arguments.at[i], &here);
    }
}

// ---- Edges --------------------------------------------------------------------------------------

enum { E_FROM, E_TO, E_TYPE, E_OPERATION, E_ARGUMENTS, E_EVIDENCE, E_COUNT };

static const Field edge_fields[] = {
    [E_FROM] = {"from", F_NAME, true},
    [E_TO] = {"to", F_NAME, true},
    [E_TYPE] = {"type", F_STRING, true},
    [E_OPERATION] = {"operation", F_NAME, true},
    [E_ARGUMENTS] = {"arguments", F_OBJECT, false},
    [E_EVIDENCE] = {"evidence", F_ARRAY, true},
    [E_COUNT] = {NULL, F_STRING, false},
};

static bool type_read(Reader *r, const Path *path, Str name, EdgeType *out) {
    static const EdgeType types[] = {EDGE_CALL, EDGE_READ, EDGE_TRIGGER};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_is(name, edge_type_name(types[i])))
            continue;
        *out = types[i];
        return true;
    }
    Path here = at_key(path, "type");
    problem(r, &here, "must be `call`, `read` or `trigger`");
    return false;
}

static const ArchResource *end_read(Reader *r, const Path *path, const char *key, Str id) {
    const ArchResource *resource = map_find(&r->ids, id);
    Path here = at_key(path, key);
    if (!resource)
        problem(r, &here, "is `%.*s`, which is no resource of the graph", STR_ARG(id));
    return resource;
}

// True where an edge of that type may carry that operation of that kind.
static bool operation_fits(const Kind *kind, EdgeType type, Str operation) {
    const Op *op = kind_op(kind, operation);
    switch (type) {
    case EDGE_CALL:
        return op && (op->role == OP_CLIENT || op->role == OP_LIBRARY);
    case EDGE_READ:
        return kind_property(kind, operation) || (op && op->role == OP_LATE);
    case EDGE_TRIGGER:
        return op && op->role == OP_INFRA;
    }
    return false;
}

static void ends_check(Reader *r, const Path *path, const ArchEdge *e) {
    const ArchResource *from = end_read(r, path, "from", e->from);
    const ArchResource *to = end_read(r, path, "to", e->to);
    if (!from || !to)
        return;
    bool trigger = e->type == EDGE_TRIGGER;
    const ArchResource *code = trigger ? to : from, *other = trigger ? from : to;
    Path code_path = at_key(path, trigger ? "to" : "from");
    if (!str_is(code->kind, "Function"))
        problem(r, &code_path, "must be a Function where `type` is `%s`", edge_type_name(e->type));
    Path here = at_key(path, "operation");
    const Kind *kind = kind_find(r->kinds, other->kind);
    if (!operation_fits(kind, e->type, e->operation))
        problem(r, &here, "is `%.*s`, which a `%s` edge cannot have with %s", STR_ARG(e->operation),
                edge_type_name(e->type), kind->name);
}

static void evidence_read(Reader *r, const cJSON *array, const Path *path, ArchEdge *out) {
    static const Field fields[] = {
        PLACE_FIELDS(false), {"note", F_STRING, true}, {NULL, F_STRING, false}};
    const cJSON *node;
    uint32_t i = 0;
    cJSON_ArrayForEach(node, array) {
        Path here = at_index(path, i++);
        const cJSON *member[4];
        if (!fields_read(r, node, &here, fields, member))
            continue;
        ArchPlace place = place_read(r, &here, member);
        vec_push(r->a, &out->evidence, (ArchStep){place, text(r, member[3])});
    }
}

static void edge_read(Reader *r, const Path *path, const cJSON *const *member) {
    ArchEdge out = {.from = text(r, member[E_FROM]),
                    .to = text(r, member[E_TO]),
                    .operation = text(r, member[E_OPERATION])};
    if (!type_read(r, path, text(r, member[E_TYPE]), &out.type))
        return;
    ends_check(r, path, &out);
    Path arguments_path = at_key(path, "arguments");
    if (member[E_ARGUMENTS])
        out.arguments = arguments_read(r, member[E_ARGUMENTS], &arguments_path);
    if (out.arguments && out.arguments->count == 0)
        out.arguments = NULL;
    Path evidence_path = at_key(path, "evidence");
    evidence_read(r, member[E_EVIDENCE], &evidence_path, &out);
    vec_push(r->a, &r->arch->edges, out);
}

static void edges_read(Reader *r, const cJSON *array) {
    Path top = at_key(NULL, "edges");
    Map seen = map_new(r->a);
    const cJSON *node;
    uint32_t i = 0;
    cJSON_ArrayForEach(node, array) {
        Path path = at_index(&top, i++);
        const cJSON *member[E_COUNT];
        if (!fields_read(r, node, &path, edge_fields, member))
            continue;
        uint32_t before = r->arch->edges.n;
        edge_read(r, &path, member);
        if (before == r->arch->edges.n)
            continue;
        const ArchEdge *e = &vec_last(&r->arch->edges);
        // A line feed cannot be confused with the parts: types and operations are single words.
        Str key = str_fmt(r->a, "%s\n%.*s\n%u\n%.*s\n%.*s", edge_type_name(e->type),
                          STR_ARG(e->operation), e->from.n, STR_ARG(e->from), STR_ARG(e->to));
        bool again = !map_set(&seen, key, r);
        if (again && e->type != EDGE_TRIGGER)
            problem(r, &path, "stands twice");
    }
}

// ---- The graph ----------------------------------------------------------------------------------

enum { G_VERSION, G_PROJECT, G_STACK, G_RESOURCES, G_EDGES, G_COUNT };

static void graph_read(Reader *r, const cJSON *tree) {
    static const Field fields[] = {
        [G_VERSION] = {"version", F_PLACE_NUMBER, true},
        [G_PROJECT] = {"project", F_NAME, true},
        [G_STACK] = {"stack", F_NAME, true},
        [G_RESOURCES] = {"resources", F_ARRAY, true},
        [G_EDGES] = {"edges", F_ARRAY, true},
        [G_COUNT] = {NULL, F_STRING, false},
    };
    const cJSON *member[G_COUNT];
    if (!fields_read(r, tree, NULL, fields, member))
        return;
    Path version_path = at_key(NULL, "version");
    double version = member[G_VERSION]->valuedouble;
    if (version > 1) {
        problem(r, &version_path, "is %.0f, and this pluto reads version 1", version);
        return;
    }
    r->arch->project = text(r, member[G_PROJECT]);
    r->arch->stack = text(r, member[G_STACK]);
    resources_read(r, member[G_RESOURCES]);
    if (!r->problems)
        edges_read(r, member[G_EDGES]);
}

Arch *arch_from_json(Arena *a, Str json, Str name, const KindTable *kinds, Diags *ds) {
    Arena scratch;
    arena_init(&scratch);
    const char *why = NULL;
    uint32_t at = 0;
    cJSON *tree = json_text_parse(&scratch, json, &why, &at);
    arena_release(&scratch);
    if (!tree) {
        diag_error_at(ds, P0507, name, line_col(json, name, at), "%s", why);
        return NULL;
    }
    Reader r = {.a = a, .json = json, .name = name, .kinds = kinds, .ds = ds, .ids = map_new(a)};
    r.arch = arena_new(a, Arch);
    graph_read(&r, tree);
    cJSON_Delete(tree);
    if (r.problems)
        return NULL;
    arch_sort_edges(a, r.arch);
    return r.arch;
}
