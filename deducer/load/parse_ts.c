// What TypeScript adds to JavaScript and what runs: enums, namespaces; and what doesn't: ambient
// declarations, which leave an N_EMPTY that knows the names (u.list of N_IDENT), since exports may
// name them.

#include "deducer/load/parse.h"

static Node *name_ident(Parse *p, Cst name) {
    Node *node = parse_node(p, N_IDENT, name);
    node->u.ident.name = parse_sym(p, name);
    return node;
}

Node *parse_types_only(Parse *p, Cst n) {
    Node *node = parse_node(p, N_EMPTY, n);
    Cst name = cst_field(n, CF_NAME);
    if (name == NULL || (name->kind != CST_TYPE_NAME && name->kind != CST_IDENTIFIER))
        return node;
    node->u.list.at = arena_array(p->a, Node *, 1);
    node->u.list.at[node->u.list.count++] = name_ident(p, name);
    return node;
}

// ---- Enums --------------------------------------------------------------------------------------

static Str member_name(Parse *p, Cst name) {
    if (name == NULL)
        return STR_EMPTY;
    if (name->kind == CST_COMPUTED_NAME)
        name = cst_first(name);
    if (name == NULL)
        return STR_EMPTY;
    if (name->kind == CST_STRING)
        return parse_string(p, name);
    return sym_str(p->lc->interner, parse_sym(p, name));
}

Node *parse_enum(Parse *p, Cst n) {
    Node *node = parse_node(p, N_ENUM, n);
    Cst name = cst_field(n, CF_NAME);
    Cst body = cst_field(n, CF_BODY);
    if (name == NULL || body == NULL)
        return parse_unexpected(p, n);
    node->u.enum_.decl = name_ident(p, name);
    uint32_t count = 0;
    CST_EACH(c, body) count++;
    node->u.enum_.members = arena_array(p->a, struct EnumMember, count);
    CST_EACH(c, body) {
        struct EnumMember *m = &node->u.enum_.members[node->u.enum_.count++];
        bool assigned = c->kind == CST_ENUM_MEMBER;
        m->name = member_name(p, assigned ? cst_field(c, CF_NAME) : c);
        m->span = parse_span(p, c);
        if (assigned)
            m->value = parse_expr(p, cst_field(c, CF_VALUE));
    }
    return node;
}

// ---- Namespaces ---------------------------------------------------------------------------------

static Node *namespace_body(Parse *p, Cst n, Cst body, Node *decl) {
    Node *node = parse_node(p, N_NAMESPACE, n);
    node->u.ns.decl = decl;
    SymVec exports = {0};
    SymVec *outer = p->namespace_exports;
    Frame f;
    parse_frame_open(p, &f, FRAME_NAMESPACE, 0, decl->span);
    p->namespace_exports = &exports;
    parse_body(p, body, CF_NONE, &node->u.ns.at, &node->u.ns.count);
    p->namespace_exports = outer;
    parse_frame_close(p);
    node->u.ns.exports = exports.at;
    node->u.ns.export_count = exports.n;
    node->op = f.has_var;
    return node;
}

// Nothing but types in it: TypeScript leaves nothing of it either.
static bool only_types(const Node *ns) {
    for (uint32_t i = 0; i < ns->u.ns.count; i++) {
        if (ns->u.ns.at[i]->kind != N_EMPTY)
            return false;
    }
    return true;
}

static Node *single_export(Parse *p, Cst n, Node *decl, Node *inner) {
    Node *node = parse_node(p, N_NAMESPACE, n);
    node->u.ns.decl = decl;
    node->u.ns.at = arena_array(p->a, Node *, 1);
    node->u.ns.at[node->u.ns.count++] = inner;
    node->u.ns.exports = arena_array(p->a, Sym, 1);
    node->u.ns.exports[node->u.ns.export_count++] = inner->u.ns.decl->u.ident.name;
    return node;
}

// `namespace a.b.c` is three of them, each the one thing in the one before. `name` is the dotted
// name up to the part whose namespace is `inner`.
static Node *wrap_dotted(Parse *p, Cst n, Cst name, Node *inner) {
    while (name != NULL) {
        bool dotted = name->kind == CST_NESTED_IDENTIFIER || name->kind == CST_MEMBER;
        Cst last = dotted ? cst_field(name, CF_PROPERTY) : name;
        if (last == NULL)
            break;
        inner = single_export(p, n, name_ident(p, last), inner);
        name = dotted ? cst_field(name, CF_OBJECT) : NULL;
    }
    return inner;
}

static Node *empty_named(Parse *p, Cst n, Node *name) {
    Node *node = parse_node(p, N_EMPTY, n);
    node->u.list.at = arena_array(p->a, Node *, 1);
    node->u.list.at[node->u.list.count++] = name;
    return node;
}

Node *parse_namespace(Parse *p, Cst n) {
    Cst name = cst_field(n, CF_NAME);
    Cst body = cst_field(n, CF_BODY);
    if (name == NULL || name->kind == CST_STRING || body == NULL)
        return parse_node(p, N_EMPTY, n);
    bool dotted = name->kind == CST_NESTED_IDENTIFIER;
    Cst last = dotted ? cst_field(name, CF_PROPERTY) : name;
    if (last == NULL)
        return parse_unexpected(p, n);
    Node *inner = namespace_body(p, n, body, name_ident(p, last));
    Cst outer = dotted ? cst_field(name, CF_OBJECT) : NULL;
    if (!only_types(inner))
        return wrap_dotted(p, n, outer, inner);
    Cst first = name;
    while (first->kind != CST_IDENTIFIER && cst_field(first, CF_OBJECT) != NULL) {
        first = cst_field(first, CF_OBJECT);
    }
    return empty_named(p, n, name_ident(p, first));
}

// ---- declare … ----------------------------------------------------------------------------------

static Node *ambient_variables(Parse *p, Cst n, Cst declaration) {
    Node *node = parse_node(p, N_EMPTY, n);
    node->u.list.at = parse_list(p, declaration);
    CST_EACH(c, declaration) {
        Cst name = c->kind == CST_DECLARATOR ? cst_field(c, CF_NAME) : NULL;
        if (name == NULL || name->kind != CST_IDENTIFIER)
            continue;
        node->u.list.at[node->u.list.count++] = name_ident(p, name);
    }
    return node;
}

Node *parse_ambient(Parse *p, Cst n) {
    Cst declaration = cst_first(n);
    while (declaration != NULL && declaration->kind == CST_T_DECLARE) {
        Cst next = declaration + declaration->size;
        declaration = next < n + n->size ? next : NULL;
    }
    if (declaration == NULL)
        return parse_node(p, N_EMPTY, n);
    switch (declaration->kind) {
    case CST_LEXICAL:
    case CST_VAR:
        return ambient_variables(p, n, declaration);
    case CST_ENUM:
        // A `declare const enum` is the one ambient thing with values: its members are inlined.
        if (cst_has(declaration, CST_T_CONST))
            return parse_enum(p, declaration);
        return parse_types_only(p, declaration);
    default:
        return parse_types_only(p, declaration);
    }
}
