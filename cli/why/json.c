// The answer for programs: docs/why.md describes it.
//
// Input: the question, its edges, the trace. Output: one JSON object, indented.
// Invariant: the members are always there, `null` or empty where there is nothing; what is added
// later comes beside them.

#include "cli/why/why.h"

#include "cli/json.h"

// JSON text holds neither NUL nor what is not UTF-8.
static cJSON *text(const Why *w, Str s) {
    Buf b = buf_new(w->a);
    for (uint32_t at = 0; at < s.n;) {
        char out[4];
        uint32_t cp = utf8_next(s, &at);
        buf_put(&b, (Str){out, utf8_put(cp ? cp : 0xFFFD, out)});
    }
    buf_putc(&b, 0);
    return cJSON_CreateString(b.p);
}

static cJSON *text_or_null(const Why *w, Str s) {
    return s.n ? text(w, s) : cJSON_CreateNull();
}

// What the trace and the graph have as JSON text becomes a value again.
static cJSON *parsed(Str s) {
    cJSON *json = s.n ? cJSON_ParseWithLength(s.p, s.n) : NULL;
    return json ? json : cJSON_CreateNull();
}

static void add(cJSON *object, const char *name, cJSON *value) {
    cJSON_AddItemToObject(object, name, value);
}

static void add_place(const Why *w, cJSON *object, ArchPlace p) {
    add(object, "file", text(w, p.file));
    add(object, "line", cJSON_CreateNumber(p.line));
    add(object, "column", cJSON_CreateNumber(p.column));
}

// The line comes along, so that a reader needs no access to the sources.
static cJSON *steps_json(const Why *w, const ArchEdge *e) {
    cJSON *all = cJSON_CreateArray();
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        cJSON *step = cJSON_CreateObject();
        add_place(w, step, e->evidence.at[i].place);
        add(step, "note", text(w, e->evidence.at[i].note));
        add(step, "text", text_or_null(w, why_line(w, e->evidence.at[i].place)));
        cJSON_AddItemToArray(all, step);
    }
    return all;
}

// One grant for each statement that the edge's permissions stand in.
static cJSON *grants_json(const Why *w, const ArchEdge *e) {
    PermissionList permissions = why_permissions(w, e);
    cJSON *all = cJSON_CreateArray();
    for (uint32_t i = 0; i < w->trace.grants.n; i++) {
        const TraceGrant *g = &w->trace.grants.at[i];
        if (g->edge != e)
            continue;
        cJSON *grant = cJSON_CreateObject(), *actions = cJSON_CreateArray();
        const TracePermission *first = NULL;
        for (uint32_t k = 0; k < permissions.n; k++) {
            if (!str_eq(permissions.at[k]->sid, g->sid))
                continue;
            first = first ? first : permissions.at[k];
            cJSON_AddItemToArray(actions, text(w, permissions.at[k]->action));
        }
        add(grant, "actions", actions);
        add(grant, "resource", parsed(first ? first->resource : STR_EMPTY));
        add(grant, "role", text_or_null(w, first ? first->role : STR_EMPTY));
        add(grant, "statement", parsed(g->statement));
        cJSON_AddItemToArray(all, grant);
    }
    return all;
}

static cJSON *edge_json(const Why *w, const ArchEdge *e) {
    cJSON *edge = cJSON_CreateObject();
    add(edge, "from", text(w, e->from));
    add(edge, "to", text(w, e->to));
    add(edge, "type", cJSON_CreateString(edge_type_name(e->type)));
    add(edge, "operation", text(w, e->operation));
    add(edge, "arguments",
        e->arguments ? parsed(arch_value_to_json(w->a, e->arguments)) : cJSON_CreateNull());
    add(edge, "evidence", steps_json(w, e));
    add(edge, "grants", grants_json(w, e));
    return edge;
}

static cJSON *variable_json(const Why *w, const TraceVariable *v) {
    cJSON *variable = cJSON_CreateObject();
    add(variable, "function", text(w, v->function));
    add(variable, "name", text(w, v->name));
    add(variable, "value", parsed(v->value));
    add(variable, "resource", text_or_null(w, v->edge ? v->edge->to : STR_EMPTY));
    return variable;
}

// Of one question those that the use brings along, else all of the functions in the answer.
static cJSON *variables_json(const Why *w) {
    cJSON *all = cJSON_CreateArray();
    if (w->from && w->to) {
        VariableList list = w->edges.n ? why_variables(w, w->edges.at[0]) : (VariableList){0};
        for (uint32_t i = 0; i < list.n; i++)
            cJSON_AddItemToArray(all, variable_json(w, list.at[i]));
        return all;
    }
    for (uint32_t i = 0; i < w->trace.variables.n; i++)
        if (!w->from || str_eq(w->trace.variables.at[i].function, w->from->id))
            cJSON_AddItemToArray(all, variable_json(w, &w->trace.variables.at[i]));
    return all;
}

// ---- Where there is no edge ---------------------------------------------------------------------

// Edges without their evidence: each can be asked about on its own.
static cJSON *uses_json(const Why *w, const EdgeList *edges) {
    cJSON *all = cJSON_CreateArray();
    for (uint32_t i = 0; i < edges->n; i++) {
        const ArchEdge *e = edges->at[i];
        cJSON *use = cJSON_CreateObject();
        add(use, "from", text(w, e->from));
        add(use, "to", text(w, e->to));
        add(use, "type", cJSON_CreateString(edge_type_name(e->type)));
        add(use, "operation", text(w, e->operation));
        cJSON_AddItemToArray(all, use);
    }
    return all;
}

static cJSON *mentions_json(const Why *w, const NoEdge *n) {
    cJSON *all = cJSON_CreateArray();
    for (uint32_t i = 0; i < n->mentions.n; i++) {
        cJSON *mention = cJSON_CreateObject();
        add_place(w, mention, n->mentions.at[i]);
        add(mention, "text", text_or_null(w, why_line(w, n->mentions.at[i])));
        cJSON_AddItemToArray(all, mention);
    }
    return all;
}

// `null` where there is an answer: whoever reads the object need not look at the exit code.
static cJSON *not_json(const Why *w) {
    if (w->edges.n || !w->to)
        return cJSON_CreateNull();
    NoEdge n = why_not(w);
    StrVec advice = why_advice(w, &n);
    cJSON *json = cJSON_CreateObject();
    cJSON *help = cJSON_CreateArray(), *given = cJSON_CreateArray();
    add(json, "modules", cJSON_CreateNumber(n.modules));
    add(json, "functions", cJSON_CreateNumber(n.functions));
    add(json, "uses", uses_json(w, &n.uses));
    add(json, "usedBy", uses_json(w, &n.used_by));
    for (uint32_t i = 0; i < n.given.n; i++)
        cJSON_AddItemToArray(given, text(w, n.given.at[i]));
    add(json, "given", given);
    add(json, "callers", uses_json(w, &n.callers));
    add(json, "exposed", cJSON_CreateBool(n.url != NULL));
    add(json, "way", uses_json(w, &n.way));
    add(json, "nearest", text_or_null(w, n.nearest ? n.nearest->id : STR_EMPTY));
    add(json, "mentions", mentions_json(w, &n));
    for (uint32_t i = 0; i < advice.n; i++)
        cJSON_AddItemToArray(help, text(w, advice.at[i]));
    add(json, "help", help);
    return json;
}

Str why_json(const Why *w) {
    cJSON *root = cJSON_CreateObject(), *question = cJSON_CreateObject();
    cJSON *edges = cJSON_CreateArray();
    add(question, "from", text_or_null(w, w->from ? w->from->id : STR_EMPTY));
    add(question, "to", text_or_null(w, w->to ? w->to->id : STR_EMPTY));
    add(question, "operation", text_or_null(w, w->operation));
    for (uint32_t i = 0; i < w->edges.n; i++)
        cJSON_AddItemToArray(edges, edge_json(w, w->edges.at[i]));
    add(root, "version", cJSON_CreateNumber(1));
    add(root, "question", question);
    add(root, "edges", edges);
    add(root, "variables", variables_json(w));
    add(root, "missing", not_json(w));
    Str out = str_cat(w->a, json_indented(w->a, root), STR("\n"));
    cJSON_Delete(root);
    return out;
}
