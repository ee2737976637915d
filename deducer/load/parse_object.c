// Arrays, objects and JSX elements.
//
// In: concrete nodes. Out: N_ARRAY, N_OBJECT with N_PROPERTY and N_SPREAD, N_JSX.

#include "deducer/load/parse.h"

Node *parse_array(Parse *p, Cst n) {
    Node *node = parse_node(p, N_ARRAY, n);
    Node **at = parse_list(p, n);
    uint32_t count = 0;
    bool open = true; // an element may come next; if a comma does, there is a hole
    CST_EACH(c, n) {
        if (c->kind == CST_T_COMMA) {
            if (open)
                at[count++] = NULL;
            open = true;
        } else {
            at[count++] = parse_expr(p, c);
            open = false;
        }
    }
    node->u.list.at = at;
    node->u.list.count = count;
    return node;
}

void parse_key(Parse *p, Cst name, Node *property) {
    Node *key = NULL;
    if (name == NULL) {
        key = parse_expr(p, NULL);
    } else if (name->kind == CST_COMPUTED_NAME) {
        property->flags |= NF_COMPUTED;
        key = parse_inner(p, name);
    } else if (name->kind == CST_STRING) {
        key = parse_string_node(p, name);
    } else if (name->kind == CST_NUMBER) {
        key = parse_number(p, name);
    } else {
        key = parse_node(p, N_STRING, name);
        key->u.text = sym_str(p->lc->interner, parse_sym(p, name));
    }
    property->u.prop.key = key;
}

Sym parse_key_sym(Parse *p, const Node *property) {
    const Node *key = property->u.prop.key;
    if ((property->flags & NF_COMPUTED) || key->kind != N_STRING)
        return 0;
    return sym_of(p->lc->interner, key->u.text);
}

static void check_accessor(Parse *p, const Node *property) {
    const Node *fn = property->u.prop.value;
    uint32_t count = fn->u.fn->param_count;
    if ((property->flags & NF_GETTER) && count != 0) {
        parse_error(p, fn->span, "a getter takes no parameters");
    }
    if ((property->flags & NF_SETTER) && count != 1) {
        parse_error(p, fn->span, "a setter takes exactly one parameter");
    }
}

static Node *method_property(Parse *p, Cst n) {
    Node *node = parse_node(p, N_PROPERTY, n);
    parse_key(p, cst_field(n, CF_NAME), node);
    if (cst_has(n, CST_T_GET))
        node->flags |= NF_GETTER;
    if (cst_has(n, CST_T_SET))
        node->flags |= NF_SETTER;
    node->flags |= NF_METHOD;
    uint16_t flags = NF_METHOD | (node->flags & (NF_GETTER | NF_SETTER));
    node->u.prop.value = parse_function(p, n, N_FUNCTION, flags, FRAME_METHOD);
    parse_name_value(node->u.prop.value, parse_key_sym(p, node));
    check_accessor(p, node);
    return node;
}

static Node *pair_property(Parse *p, Cst n) {
    Node *node = parse_node(p, N_PROPERTY, n);
    parse_key(p, cst_field(n, CF_KEY), node);
    node->u.prop.value = parse_expr(p, cst_field(n, CF_VALUE));
    parse_name_value(node->u.prop.value, parse_key_sym(p, node));
    return node;
}

static Node *shorthand_property(Parse *p, Cst n) {
    Node *node = parse_node(p, N_PROPERTY, n);
    node->flags |= NF_SHORTHAND;
    node->u.prop.value = parse_ident(p, n);
    Node *key = parse_node(p, N_STRING, n);
    key->u.text = sym_str(p->lc->interner, node->u.prop.value->u.ident.name);
    node->u.prop.key = key;
    return node;
}

Node *parse_object(Parse *p, Cst n) {
    Node *node = parse_node(p, N_OBJECT, n);
    Node **at = parse_list(p, n);
    uint32_t count = 0;
    CST_EACH(c, n) {
        if (c->kind == CST_PAIR) {
            at[count++] = pair_property(p, c);
        } else if (c->kind == CST_METHOD) {
            at[count++] = method_property(p, c);
        } else if (c->kind == CST_SHORTHAND) {
            at[count++] = shorthand_property(p, c);
        } else {
            at[count++] = parse_expr(p, c);
        }
    }
    node->u.list.at = at;
    node->u.list.count = count;
    return node;
}

// ---- JSX ----------------------------------------------------------------------------------------

// A name that starts in upper case or has a dot is a component; others are elements of the
// platform.
static Node *jsx_tag(Parse *p, Cst name) {
    if (name == NULL)
        return NULL;
    if (name->kind == CST_MEMBER)
        return parse_expr(p, name);
    if (name->kind != CST_IDENTIFIER)
        return NULL;
    Str text = parse_text(p, name);
    bool intrinsic =
        text.n == 0 || (text.p[0] >= 'a' && text.p[0] <= 'z') || str_contains(text, "-");
    return intrinsic ? NULL : parse_ident(p, name);
}

// The value of an attribute or a child: an expression in braces, an element or a string.
static Node *jsx_value(Parse *p, Cst n) {
    if (n->kind == CST_JSX_EXPRESSION) {
        Cst inner = cst_first(n);
        return inner == NULL ? NULL : parse_expr(p, inner);
    }
    if (n->kind == CST_JSX_ATTRIBUTE) {
        CST_EACH(c, n) { // the name and the `=` have no value
            Node *value = jsx_value(p, c);
            if (value != NULL)
                return value;
        }
        return NULL;
    }
    if (n->kind == CST_STRING) {
        Node *node = parse_node(p, N_STRING, n);
        Str s = parse_text(p, n);
        node->u.text = str_slice(s, 1, s.n > 0 ? s.n - 1 : 0);
        return node;
    }
    return n->kind == CST_JSX_ELEMENT || n->kind == CST_JSX_SELF_CLOSING ? parse_expr(p, n) : NULL;
}

static void jsx_values(Parse *p, Cst n, Node *node) {
    CST_EACH(c, n) {
        if (c->field == CF_NAME)
            continue;
        Node *value = jsx_value(p, c);
        if (value != NULL)
            node->u.jsx.at[node->u.jsx.count++] = value;
    }
}

Node *parse_jsx(Parse *p, Cst n) {
    Node *node = parse_node(p, N_JSX, n);
    p->m->has_jsx = true;
    Cst opening = n->kind == CST_JSX_ELEMENT ? cst_child(n, CST_JSX_OPENING) : n;
    uint32_t room = n->size + (opening != NULL ? opening->size : 0);
    if (opening != NULL) {
        Node *tag = jsx_tag(p, cst_field(opening, CF_NAME));
        uint32_t count = 0;
        CST_EACH(c, n) count++;
        CST_EACH(c, opening) count++;
        room = count;
        node->u.jsx.tag = tag;
    }
    node->u.jsx.at = arena_array(p->a, Node *, room);
    if (opening != NULL)
        jsx_values(p, opening, node);
    if (opening != n)
        jsx_values(p, n, node);
    return node;
}
