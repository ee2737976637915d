// Expressions.
//
// In: concrete nodes. Out: the typed expression; types, parentheses, `as`, `satisfies` and `!` are
// gone. One function a construct, found through a table by the concrete kind.

#include "deducer/load/parse.h"

typedef Node *(*ExprFn)(Parse *, Cst);

static const uint8_t opers[CST_KIND_COUNT] = {
    [CST_T_ADD] = OP_ADD,
    [CST_T_SUB] = OP_SUB,
    [CST_T_MUL] = OP_MUL,
    [CST_T_DIV] = OP_DIV,
    [CST_T_MOD] = OP_MOD,
    [CST_T_EXP] = OP_EXP,
    [CST_T_SHL] = OP_SHL,
    [CST_T_SHR] = OP_SHR,
    [CST_T_USHR] = OP_USHR,
    [CST_T_BIT_AND] = OP_BIT_AND,
    [CST_T_BIT_OR] = OP_BIT_OR,
    [CST_T_BIT_XOR] = OP_BIT_XOR,
    [CST_T_EQ] = OP_EQ,
    [CST_T_NE] = OP_NE,
    [CST_T_SEQ] = OP_SEQ,
    [CST_T_SNE] = OP_SNE,
    [CST_T_LT] = OP_LT,
    [CST_T_LE] = OP_LE,
    [CST_T_GT] = OP_GT,
    [CST_T_GE] = OP_GE,
    [CST_T_IN] = OP_IN,
    [CST_T_INSTANCEOF] = OP_INSTANCEOF,
    [CST_T_AND] = OP_AND,
    [CST_T_OR] = OP_OR,
    [CST_T_NULLISH] = OP_NULLISH,
    [CST_T_ADD_ASSIGN] = OP_ADD,
    [CST_T_SUB_ASSIGN] = OP_SUB,
    [CST_T_MUL_ASSIGN] = OP_MUL,
    [CST_T_DIV_ASSIGN] = OP_DIV,
    [CST_T_MOD_ASSIGN] = OP_MOD,
    [CST_T_EXP_ASSIGN] = OP_EXP,
    [CST_T_SHL_ASSIGN] = OP_SHL,
    [CST_T_SHR_ASSIGN] = OP_SHR,
    [CST_T_USHR_ASSIGN] = OP_USHR,
    [CST_T_BIT_AND_ASSIGN] = OP_BIT_AND,
    [CST_T_BIT_OR_ASSIGN] = OP_BIT_OR,
    [CST_T_BIT_XOR_ASSIGN] = OP_BIT_XOR,
    [CST_T_AND_ASSIGN] = OP_AND,
    [CST_T_OR_ASSIGN] = OP_OR,
    [CST_T_NULLISH_ASSIGN] = OP_NULLISH,
    [CST_T_NOT] = OP_NOT,
    [CST_T_BIT_NOT] = OP_BIT_NOT,
    [CST_T_TYPEOF] = OP_TYPEOF,
    [CST_T_VOID] = OP_VOID,
    [CST_T_DELETE] = OP_DELETE,
    [CST_T_INC] = OP_INC,
    [CST_T_DEC] = OP_DEC,
};

Oper parse_oper(Cst token) {
    return token == NULL ? OP_NONE : (Oper)opers[token->kind];
}

Node *parse_inner(Parse *p, Cst n) {
    return parse_expr(p, cst_first(n));
}

static Node *constant(Parse *p, Cst n) {
    NodeKind kind = n->kind == CST_TRUE ? N_TRUE : n->kind == CST_FALSE ? N_FALSE : N_NULL;
    return parse_node(p, kind, n);
}

static Node *this_expr(Parse *p, Cst n) {
    parse_mark_frame(p, NF_USES_THIS);
    return parse_node(p, N_THIS, n);
}

static Node *super_expr(Parse *p, Cst n) {
    // Callee and object are read by `call` and `link`, which know where it may stand.
    parse_error(p, parse_span(p, n), "`super` must be called or have a member");
    return parse_node(p, N_ERROR, n);
}

static Node *meta_property(Parse *p, Cst n) {
    if (!str_starts(parse_text(p, n), "new"))
        return parse_node(p, N_IMPORT_META, n);
    Frame *f = parse_mark_frame(p, 0);
    if (f->kind == FRAME_MODULE || f->kind == FRAME_NAMESPACE) {
        parse_error(p, parse_span(p, n), "`new.target` outside of a function");
    }
    return parse_node(p, N_NEW_TARGET, n);
}

// The grammar lets these stand as operands without parentheses; the language doesn't.
static Node *operand(Parse *p, Cst n, Cst whole) {
    if (n != NULL && (n->kind == CST_ASSIGN || n->kind == CST_AUGMENTED)) {
        Cst left = cst_field(n, CF_LEFT);
        Span span = {p->m->file, whole->start, left != NULL ? left->end : n->end};
        parse_error(p, span, "this cannot be assigned to");
    } else if (n != NULL && (n->kind == CST_ARROW || n->kind == CST_YIELD)) {
        parse_error(p, parse_span(p, n), "this needs parentheses around it");
    }
    return parse_expr(p, n);
}

static Node *unary(Parse *p, Cst n) {
    Node *node = parse_node(p, N_UNARY, n);
    Cst token = cst_field(n, CF_OPERATOR);
    node->op = parse_oper(token);
    if (node->op == OP_SUB)
        node->op = OP_NEG;
    if (node->op == OP_ADD)
        node->op = OP_PLUS;
    Node *value = operand(p, cst_field(n, CF_ARGUMENT), n);
    node->u.unary.operand = value;
    if (node->op == OP_DELETE && value->kind == N_IDENT) {
        parse_error(p, node->span, "a variable cannot be deleted");
    }
    return node;
}

static Node *update(Parse *p, Cst n) {
    Node *node = parse_node(p, N_UPDATE, n);
    Cst token = cst_field(n, CF_OPERATOR);
    Cst place = cst_field(n, CF_ARGUMENT);
    node->op = parse_oper(token);
    if (token != NULL && place != NULL && token->start < place->start)
        node->flags |= NF_PREFIX;
    node->u.unary.operand = parse_target(p, place);
    NodeKind kind = (NodeKind)node->u.unary.operand->kind;
    if (kind == N_ARRAY_PATTERN || kind == N_OBJECT_PATTERN) {
        parse_error(p, node->span, "this cannot be counted up or down");
    }
    return node;
}

static void use_private(Parse *p, Cst name, Sym sym) {
    PrivateUse use = {sym, parse_span(p, name)};
    if (p->classes == NULL) {
        parse_error(p, use.span, "`%.*s` stands outside of the class that would declare it",
                    STR_ARG(parse_text(p, name)));
        return;
    }
    vec_push(p->scratch, &p->classes->uses, use);
}

static Node *private_in(Parse *p, Cst n, Cst name) {
    Node *node = parse_node(p, N_PRIVATE_IN, n);
    node->u.member.name = parse_sym(p, name);
    node->u.member.name_span = parse_span(p, name);
    use_private(p, name, node->u.member.name);
    node->u.member.object = parse_expr(p, cst_field(n, CF_RIGHT));
    return node;
}

static void check_mixed(Parse *p, Cst n, Oper op, Cst left, Cst right) {
    if (op == OP_EXP && left != NULL && left->kind == CST_UNARY) {
        parse_error(p, parse_span(p, left), "this needs parentheses around it before `**`");
    }
    Cst sides[] = {left, right};
    for (unsigned i = 0; i < 2 && op == OP_NULLISH; i++) {
        if (sides[i] == NULL || sides[i]->kind != CST_BINARY)
            continue;
        Oper inner = parse_oper(cst_field(sides[i], CF_OPERATOR));
        if (inner == OP_AND || inner == OP_OR)
            parse_error(p, parse_span(p, n), "`?\?` and `%s` need parentheses between them",
                        inner == OP_AND ? "&&" : "||");
    }
}

static Node *binary(Parse *p, Cst n) {
    Cst left = cst_field(n, CF_LEFT);
    Cst right = cst_field(n, CF_RIGHT);
    Oper op = parse_oper(cst_field(n, CF_OPERATOR));
    check_mixed(p, n, op, left, right);
    if (left != NULL && left->kind == CST_PRIVATE_NAME)
        return private_in(p, n, left);
    bool logical = op == OP_AND || op == OP_OR || op == OP_NULLISH;
    Node *node = parse_node(p, logical ? N_LOGICAL : N_BINARY, n);
    node->op = op;
    node->u.binary.left = parse_expr(p, left);
    node->u.binary.right = operand(p, right, n);
    return node;
}

static Node *assign(Parse *p, Cst n) {
    Node *node = parse_node(p, N_ASSIGN, n);
    Cst token = cst_field(n, CF_OPERATOR);
    if (cst_has(n, CST_T_USING)) {
        parse_error(p, node->span,
                    "`using` declares a variable; it must be a statement of its own");
    }
    node->op = token == NULL ? OP_ASSIGN : parse_oper(token);
    Node *left = parse_target(p, cst_field(n, CF_LEFT));
    node->u.binary.left = left;
    node->u.binary.right = parse_expr(p, cst_field(n, CF_RIGHT));
    bool pattern = left->kind == N_ARRAY_PATTERN || left->kind == N_OBJECT_PATTERN;
    if (pattern && token != NULL) {
        parse_error(p, left->span, "a pattern cannot be assigned to with this operator");
    }
    if (left->kind == N_IDENT)
        parse_name_value(node->u.binary.right, left->u.ident.name);
    return node;
}

static Node *ternary(Parse *p, Cst n) {
    Node *node = parse_node(p, N_CONDITIONAL, n);
    node->u.cond.test = parse_expr(p, cst_field(n, CF_CONDITION));
    node->u.cond.yes = parse_expr(p, cst_field(n, CF_CONSEQUENCE));
    node->u.cond.no = parse_expr(p, cst_field(n, CF_ALTERNATIVE));
    return node;
}

static Node *sequence(Parse *p, Cst n) {
    Node *node = parse_node(p, N_SEQUENCE, n);
    node->u.list.at = parse_list(p, n);
    CST_EACH(c, n) node->u.list.at[node->u.list.count++] = parse_expr(p, c);
    return node->u.list.count == 1 ? node->u.list.at[0] : node;
}

static Node *spread(Parse *p, Cst n) {
    Node *node = parse_node(p, N_SPREAD, n);
    node->u.unary.operand = parse_inner(p, n);
    return node;
}

static Node *await(Parse *p, Cst n) {
    Node *node = parse_node(p, N_AWAIT, n);
    const Frame *f = p->frame;
    if (f->kind == FRAME_FIELD || f->kind == FRAME_STATIC) {
        parse_error(p, node->span, "`await` cannot be used while a class is set up");
    } else if (f->kind != FRAME_MODULE && !(f->flags & NF_ASYNC)) {
        Diag *d = parse_error(p, node->span, "`await` in a function that is not async");
        diag_label(d, f->head, "this function");
        diag_help(d, "put `async` before the function");
    }
    node->u.unary.operand = operand(p, cst_last(n), n); // the first child is the word
    parse_mark_calls(node->u.unary.operand, NF_AWAITED);
    return node;
}

static Node *yield(Parse *p, Cst n) {
    Node *node = parse_node(p, N_YIELD, n);
    if (!(p->frame->flags & NF_GENERATOR)) {
        Diag *d = parse_error(p, node->span, "`yield` outside of a generator");
        if (p->frame->kind != FRAME_MODULE)
            diag_label(d, p->frame->head, "this function");
        diag_help(d, "a generator is written with `function*`");
    }
    CST_EACH(c, n) {
        if (c->kind == CST_T_MUL) {
            node->op = OP_YIELD_STAR;
        } else {
            node->u.unary.operand = parse_expr(p, c);
        }
    }
    return node;
}

static void arguments(Parse *p, Cst n, Node *node) {
    if (n == NULL)
        return;
    node->u.call.args = parse_list(p, n);
    CST_EACH(c, n) node->u.call.args[node->u.call.arg_count++] = parse_expr(p, c);
}

static Node *new_expr(Parse *p, Cst n) {
    Node *node = parse_node(p, N_NEW, n);
    node->u.call.callee = parse_expr(p, cst_field(n, CF_CONSTRUCTOR));
    arguments(p, cst_field(n, CF_ARGUMENTS), node);
    return node;
}

// ---- Chains of members, subscripts and calls ----------------------------------------------------

static Node *link(Parse *p, Cst n, bool *optional);

// What a link hangs on: an earlier link of the same chain, or anything else. Parentheses end a
// chain.
static Node *link_base(Parse *p, Cst n, bool *optional) {
    if (n == NULL)
        return parse_expr(p, NULL);
    bool linked = n->kind == CST_MEMBER || n->kind == CST_SUBSCRIPT || n->kind == CST_CALL ||
                  n->kind == CST_NON_NULL || n->kind == CST_INSTANTIATION;
    if (!linked)
        return parse_expr(p, n);
    if (!parse_enter(p, n))
        return parse_expr(p, NULL);
    Node *node = link(p, n, optional);
    parse_leave(p);
    return node;
}

static Node *super_object(Parse *p, Cst n) {
    Frame *f = parse_mark_frame(p, NF_USES_THIS);
    if (f->kind == FRAME_MODULE || f->kind == FRAME_NAMESPACE || f->kind == FRAME_FUNCTION) {
        parse_error(p, parse_span(p, n), "`super` outside of a method");
    }
    return parse_node(p, N_SUPER, n);
}

static Node *member_object(Parse *p, Cst n, bool *optional) {
    if (n != NULL && n->kind == CST_SUPER)
        return super_object(p, n);
    return link_base(p, n, optional);
}

static void mark_optional(Cst n, Node *node, bool *optional) {
    if (cst_has(n, CST_OPTIONAL_CHAIN) || cst_has(n, CST_T_CHAIN)) {
        node->flags |= NF_OPTIONAL;
        *optional = true;
    }
}

static Node *member(Parse *p, Cst n, bool *optional) {
    Node *node = parse_node(p, N_MEMBER, n);
    node->u.member.object = member_object(p, cst_field(n, CF_OBJECT), optional);
    Cst name = cst_field(n, CF_PROPERTY);
    if (name == NULL)
        return parse_unexpected(p, n);
    node->u.member.name = parse_sym(p, name);
    node->u.member.name_span = parse_span(p, name);
    if (name->kind == CST_PRIVATE_NAME)
        use_private(p, name, node->u.member.name);
    mark_optional(n, node, optional);
    return node;
}

static Node *subscript(Parse *p, Cst n, bool *optional) {
    Node *node = parse_node(p, N_INDEX, n);
    node->u.index.object = member_object(p, cst_field(n, CF_OBJECT), optional);
    node->u.index.key = parse_expr(p, cst_field(n, CF_INDEX));
    mark_optional(n, node, optional);
    return node;
}

static Node *import_call(Parse *p, Cst n, Cst args) {
    Node *node = parse_node(p, N_IMPORT_CALL, n);
    Cst specifier = cst_first(args);
    if (specifier == NULL) {
        parse_error(p, node->span, "`import()` needs the module's specifier");
        return parse_node(p, N_ERROR, n);
    }
    node->u.unary.operand = parse_expr(p, specifier);
    parse_dynamic_import(p, node->u.unary.operand);
    return node;
}

static Node *super_call(Parse *p, Cst n) {
    Frame *f = parse_mark_frame(p, NF_USES_THIS);
    if (f->kind != FRAME_CONSTRUCTOR) {
        parse_error(p, parse_span(p, n), "`super()` outside of the constructor of a derived class");
    }
    return parse_node(p, N_SUPER, n);
}

static Node *call(Parse *p, Cst n, bool *optional) {
    Cst callee = cst_field(n, CF_FUNCTION);
    Cst args = cst_field(n, CF_ARGUMENTS);
    if (callee != NULL && callee->kind == CST_IMPORT)
        return import_call(p, n, args);
    if (args != NULL && args->kind == CST_TEMPLATE) {
        Node *node = parse_node(p, N_TAGGED, n);
        node->u.tagged.tag = link_base(p, callee, optional);
        node->u.tagged.tmpl = parse_expr(p, args);
        return node;
    }
    Node *node = parse_node(p, N_CALL, n);
    bool is_super = callee != NULL && callee->kind == CST_SUPER;
    node->u.call.callee = is_super ? super_call(p, callee) : link_base(p, callee, optional);
    arguments(p, args, node);
    // `require("./x")` may run that module, as import() may.
    const Node *c = node->u.call.callee;
    if (c->kind == N_IDENT && c->u.ident.name == p->sym_require && node->u.call.arg_count == 1)
        parse_dynamic_import(p, node->u.call.args[0]);
    mark_optional(n, node, optional);
    return node;
}

static Node *link(Parse *p, Cst n, bool *optional) {
    switch (n->kind) {
    case CST_MEMBER:
        return member(p, n, optional);
    case CST_SUBSCRIPT:
        return subscript(p, n, optional);
    case CST_CALL:
        return call(p, n, optional);
    default:
        return link_base(p, cst_first(n), optional);
    }
}

// A whole chain: what a `?.` in it skips ends here.
static Node *chain(Parse *p, Cst n) {
    bool optional = false;
    Node *node = link(p, n, &optional);
    if (!optional)
        return node;
    Node *whole = parse_node(p, N_CHAIN, n);
    whole->u.unary.operand = node;
    return whole;
}

// ---- All of them --------------------------------------------------------------------------------

static Node *function(Parse *p, Cst n) {
    return parse_function(p, n, N_FUNCTION, 0, FRAME_FUNCTION);
}

static Node *arrow(Parse *p, Cst n) {
    return parse_function(p, n, N_FUNCTION, NF_ARROW, FRAME_FUNCTION);
}

static Node *class_expr(Parse *p, Cst n) {
    return parse_class(p, n, N_CLASS);
}

static const ExprFn exprs[CST_KIND_COUNT] = {
    [CST_ARRAY] = parse_array,
    [CST_ARROW] = arrow,
    [CST_AS] = parse_inner,
    [CST_ASSIGN] = assign,
    [CST_AUGMENTED] = assign,
    [CST_AWAIT] = await,
    [CST_BINARY] = binary,
    [CST_CALL] = chain,
    [CST_CLASS] = class_expr,
    [CST_FALSE] = constant,
    [CST_FUNCTION] = function,
    [CST_GENERATOR] = function,
    [CST_IDENTIFIER] = parse_ident,
    [CST_INSTANTIATION] = chain,
    [CST_JSX_ELEMENT] = parse_jsx,
    [CST_JSX_SELF_CLOSING] = parse_jsx,
    [CST_MEMBER] = chain,
    [CST_META_PROPERTY] = meta_property,
    [CST_NEW] = new_expr,
    [CST_NON_NULL] = chain,
    [CST_NULL] = constant,
    [CST_NUMBER] = parse_number,
    [CST_OBJECT] = parse_object,
    [CST_PARENTHESIZED] = parse_inner,
    [CST_REGEX] = parse_regex,
    [CST_SATISFIES] = parse_inner,
    [CST_SEQUENCE] = sequence,
    [CST_SPREAD] = spread,
    [CST_STRING] = parse_string_node,
    [CST_SUBSCRIPT] = chain,
    [CST_SUPER] = super_expr,
    [CST_TEMPLATE] = parse_template,
    [CST_TERNARY] = ternary,
    [CST_THIS] = this_expr,
    [CST_TRUE] = constant,
    [CST_TYPE_ASSERTION] = parse_inner,
    [CST_UNARY] = unary,
    [CST_UNDEFINED] = parse_ident,
    [CST_UPDATE] = update,
    [CST_YIELD] = yield,
};

Node *parse_expr(Parse *p, Cst n) {
    if (n == NULL || exprs[n->kind] == NULL)
        return parse_unexpected(p, n);
    if (!parse_enter(p, n))
        return parse_node(p, N_ERROR, n);
    Node *node = exprs[n->kind](p, n);
    parse_leave(p);
    return node;
}
