// Targets: what declarations, parameters, loops and assignments bind or set.
//
// In: patterns, and expressions in a target's place. Out: N_IDENT, N_MEMBER, N_INDEX,
// N_ARRAY_PATTERN, N_OBJECT_PATTERN, N_DEFAULT, N_REST. What can't be assigned to is reported.

#include "deducer/load/parse.h"

static Node *with_default(Parse *p, Cst n, Node *target, Cst value) {
    Node *node = parse_node(p, N_DEFAULT, n);
    node->u.binary.left = target;
    node->u.binary.right = parse_expr(p, value);
    if (target->kind == N_IDENT)
        parse_name_value(node->u.binary.right, target->u.ident.name);
    return node;
}

static Node *rest_target(Parse *p, Cst n) {
    Node *node = parse_node(p, N_REST, n);
    node->u.unary.operand = parse_target(p, cst_first(n));
    return node;
}

// Only the last of a list may be a rest.
static void check_rest(Parse *p, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (at[i] != NULL && at[i]->kind == N_REST) {
            parse_error(p, at[i]->span, "`...` must be the last one of its list");
        }
    }
}

static Node *array_target(Parse *p, Cst n) {
    Node *node = parse_node(p, N_ARRAY_PATTERN, n);
    Node **at = parse_list(p, n);
    uint32_t count = 0;
    bool open = true;
    CST_EACH(c, n) {
        if (c->kind == CST_T_COMMA) {
            if (open)
                at[count++] = NULL;
            open = true;
        } else {
            at[count++] = parse_target(p, c);
            open = false;
        }
    }
    check_rest(p, at, count);
    node->u.list.at = at;
    node->u.list.count = count;
    return node;
}

static Node *property_target(Parse *p, Cst n) {
    if (n->kind == CST_REST_PATTERN || n->kind == CST_SPREAD)
        return rest_target(p, n);
    Node *node = parse_node(p, N_PROPERTY, n);
    if (n->kind == CST_PAIR_PATTERN || n->kind == CST_PAIR) {
        parse_key(p, cst_field(n, CF_KEY), node);
        node->u.prop.value = parse_target(p, cst_field(n, CF_VALUE));
        return node;
    }
    Cst name = n->kind == CST_OBJECT_ASSIGN_PATTERN ? cst_field(n, CF_LEFT) : n;
    Node *target = parse_target(p, name);
    if (target->kind == N_IDENT) {
        node->flags |= NF_SHORTHAND;
        Node *key = parse_node(p, N_STRING, name);
        key->u.text = sym_str(p->lc->interner, target->u.ident.name);
        node->u.prop.key = key;
    } else {
        parse_key(p, NULL, node);
    }
    if (name != n)
        target = with_default(p, n, target, cst_field(n, CF_RIGHT));
    node->u.prop.value = target;
    return node;
}

static Node *object_target(Parse *p, Cst n) {
    Node *node = parse_node(p, N_OBJECT_PATTERN, n);
    Node **at = parse_list(p, n);
    uint32_t count = 0;
    CST_EACH(c, n) at[count++] = property_target(p, c);
    check_rest(p, at, count);
    node->u.list.at = at;
    node->u.list.count = count;
    return node;
}

static Node *place_target(Parse *p, Cst n) {
    Node *node = parse_expr(p, n);
    if (node->kind == N_CHAIN) {
        parse_error(p, node->span, "an optional chain cannot be assigned to");
    }
    return node;
}

static Node *target(Parse *p, Cst n) {
    switch (n->kind) {
    case CST_IDENTIFIER:
    case CST_UNDEFINED:
    case CST_SHORTHAND:
    case CST_SHORTHAND_PATTERN:
        return parse_ident(p, n);
    case CST_ARRAY:
    case CST_ARRAY_PATTERN:
        return array_target(p, n);
    case CST_OBJECT:
    case CST_OBJECT_PATTERN:
        return object_target(p, n);
    case CST_REST_PATTERN:
    case CST_SPREAD:
        return rest_target(p, n);
    case CST_ASSIGN_PATTERN:
    case CST_ASSIGN:
    case CST_OBJECT_ASSIGN_PATTERN:
        return with_default(p, n, parse_target(p, cst_field(n, CF_LEFT)), cst_field(n, CF_RIGHT));
    case CST_MEMBER:
    case CST_SUBSCRIPT:
        return place_target(p, n);
    case CST_PARENTHESIZED:
    case CST_NON_NULL:
    case CST_AS:
    case CST_SATISFIES:
        return parse_target(p, cst_first(n));
    case CST_TYPE_ASSERTION:
        return parse_target(p, cst_first(n));
    default:
        parse_error(p, parse_span(p, n), "this cannot be assigned to");
        return parse_node(p, N_ERROR, n);
    }
}

Node *parse_target(Parse *p, Cst n) {
    if (n == NULL || !parse_enter(p, n))
        return parse_expr(p, NULL);
    Node *node = target(p, n);
    parse_leave(p);
    return node;
}

// ---- Parameters ---------------------------------------------------------------------------------

static Node *parameter(Parse *p, Cst n) {
    Cst pattern = cst_field(n, CF_PATTERN);
    Cst value = cst_field(n, CF_VALUE);
    Node *node = parse_target(p, pattern);
    return value == NULL ? node : with_default(p, n, node, value);
}

void parse_parameters(Parse *p, Cst parameters, FnInfo *fn) {
    if (parameters == NULL)
        return;
    fn->params = parse_list(p, parameters);
    CST_EACH(c, parameters) {
        Cst pattern = cst_field(c, CF_PATTERN);
        if (pattern != NULL && pattern->kind == CST_THIS)
            continue; // a type for `this`
        fn->params[fn->param_count++] = parameter(p, c);
    }
    check_rest(p, fn->params, fn->param_count);
}

void parse_target_names(Node *t, void (*found)(void *, Node *), void *context) {
    if (t == NULL)
        return;
    switch (t->kind) {
    case N_IDENT:
        found(context, t);
        break;
    case N_DEFAULT:
        parse_target_names(t->u.binary.left, found, context);
        break;
    case N_REST:
        parse_target_names(t->u.unary.operand, found, context);
        break;
    case N_PROPERTY:
        parse_target_names(t->u.prop.value, found, context);
        break;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN:
        for (uint32_t i = 0; i < t->u.list.count; i++) {
            parse_target_names(t->u.list.at[i], found, context);
        }
        break;
    default:
        break;
    }
}
