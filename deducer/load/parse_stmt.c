// Statements.
//
// In: concrete nodes. Out: typed statements; what is only types gives N_EMPTY. One function a
// construct, found through a table by the concrete kind. Reports `break`, `continue` and `return`
// that lead nowhere.

#include "deducer/load/parse.h"

typedef Node *(*StmtFn)(Parse *, Cst);

// ---- Declarations -------------------------------------------------------------------------------

static Node *declarator(Parse *p, Cst n, bool must_init) {
    Node *node = parse_node(p, N_DECLARATOR, n);
    Cst name = cst_field(n, CF_NAME);
    Cst value = cst_field(n, CF_VALUE);
    Node *target = parse_target(p, name);
    node->u.binary.left = target;
    if (value != NULL) {
        node->u.binary.right = parse_expr(p, value);
        if (target->kind == N_IDENT) {
            parse_name_value(node->u.binary.right, target->u.ident.name);
        }
    } else if (must_init || target->kind != N_IDENT) {
        const char *what = target->kind == N_IDENT ? "a `const`" : "a destructuring declaration";
        Diag *d = parse_error(p, target->span, "%s needs a value", what);
        diag_help(d, "add `= …` behind it");
    }
    return node;
}

static VarKind var_kind(Cst n) {
    if (n->kind == CST_VAR)
        return VAR_VAR;
    return cst_has(n, CST_T_CONST) ? VAR_CONST : VAR_LET;
}

Node *parse_declarations(Parse *p, Cst n) {
    Node *node = parse_node(p, N_VAR, n);
    node->op = var_kind(n);
    if (str_starts(parse_text(p, n), "using"))
        node->flags |= NF_USING; // in a `for`: see each_target
    if (node->op == VAR_VAR)
        p->frame->has_var = true;
    node->u.var.at = parse_list(p, n);
    CST_EACH(c, n) {
        if (c->kind != CST_DECLARATOR)
            continue;
        node->u.var.at[node->u.var.count++] = declarator(p, c, node->op == VAR_CONST);
    }
    return node;
}

// `using x = f()`: the grammar takes it for an assignment with a word before it.
static Node *using_declaration(Parse *p, Cst n, Cst assign, bool await) {
    Node *node = parse_node(p, N_VAR, n);
    node->op = VAR_CONST;
    node->flags |= NF_USING | (await ? NF_AWAIT : 0);
    Node *d = parse_node(p, N_DECLARATOR, assign);
    d->u.binary.left = parse_target(p, cst_field(assign, CF_LEFT));
    d->u.binary.right = parse_expr(p, cst_field(assign, CF_RIGHT));
    node->u.var.at = arena_array(p->a, Node *, 1);
    node->u.var.at[node->u.var.count++] = d;
    return node;
}

static void mark_discarded(Node *n) {
    while (n->kind == N_AWAIT || n->kind == N_UNARY)
        n = n->u.unary.operand;
    for (uint32_t i = 0; n->kind == N_SEQUENCE && i < n->u.list.count; i++)
        mark_discarded(n->u.list.at[i]);
    if (n->kind == N_NEW)
        n->flags |= NF_DISCARDED;
    else
        parse_mark_calls(n, NF_DISCARDED);
}

static Node *expression(Parse *p, Cst n) {
    Cst inner = cst_first(n);
    if (inner == NULL)
        return parse_node(p, N_EMPTY, n);
    bool function = inner->kind == CST_FUNCTION || inner->kind == CST_GENERATOR;
    if (function || inner->kind == CST_CLASS) {
        Span start = {p->m->file, n->start, n->start + 1};
        parse_error(p, start, "a %s that is a statement needs a name",
                    function ? "function" : "class");
    }
    if (inner->kind == CST_INTERNAL_MODULE)
        return parse_namespace(p, inner);
    Cst awaited = inner->kind == CST_AWAIT ? cst_last(inner) : inner;
    if (awaited != NULL && awaited->kind == CST_ASSIGN && cst_has(awaited, CST_T_USING)) {
        return using_declaration(p, n, awaited, awaited != inner);
    }
    Node *node = parse_node(p, N_EXPR, n);
    node->u.unary.operand = parse_expr(p, inner);
    mark_discarded(node->u.unary.operand);
    return node;
}

static Node *function_declaration(Parse *p, Cst n) {
    return parse_function(p, n, N_FUNCTION_DECL, 0, FRAME_FUNCTION);
}

static Node *class_declaration(Parse *p, Cst n) {
    return parse_class(p, n, N_CLASS_DECL);
}

// ---- Blocks and branches ------------------------------------------------------------------------

// What declares only types is dropped, but where an export may name it.
static bool keeps(const Parse *p, const Node *s) {
    if (s->kind != N_EMPTY)
        return true;
    return s->u.list.count > 0 && p->frame->kind == FRAME_MODULE;
}

void parse_body(Parse *p, Cst n, CstField role, Node ***at_out, uint32_t *count_out) {
    Node **at = parse_list(p, n);
    uint32_t count = 0;
    CST_EACH(c, n) {
        if (role != CF_NONE && c->field != (uint16_t)role)
            continue;
        Node *s = parse_stmt(p, c);
        if (keeps(p, s))
            at[count++] = s;
    }
    *at_out = at;
    *count_out = count;
}

Node *parse_block(Parse *p, Cst n) {
    if (n == NULL)
        return parse_unexpected(p, n);
    Node *node = parse_node(p, N_BLOCK, n);
    if (!parse_enter(p, n))
        return node;
    p->frame->blocks++;
    parse_body(p, n, CF_NONE, &node->u.block.at, &node->u.block.count);
    p->frame->blocks--;
    parse_leave(p);
    return node;
}

// The statement of an `if`, a loop or a label: what it declared would have no scope.
static Node *substatement(Parse *p, Cst n) {
    Node *s = parse_stmt(p, n);
    bool declares = (s->kind == N_VAR && s->op != VAR_VAR) || s->kind == N_CLASS_DECL ||
                    s->kind == N_FUNCTION_DECL || s->kind == N_ENUM || s->kind == N_NAMESPACE;
    if (declares) {
        Diag *d = parse_error(p, s->span, "a declaration must stand in a block");
        diag_help(d, "put `{ }` around it");
    }
    return s;
}

static Node *if_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_IF, n);
    node->u.cond.test = parse_expr(p, cst_field(n, CF_CONDITION));
    node->u.cond.yes = substatement(p, cst_field(n, CF_CONSEQUENCE));
    Cst other = cst_field(n, CF_ALTERNATIVE);
    if (other != NULL)
        node->u.cond.no = substatement(p, cst_first(other));
    return node;
}

static Node *switch_case(Parse *p, Cst n, Span *first_default) {
    Node *node = parse_node(p, N_CASE, n);
    Cst value = cst_field(n, CF_VALUE);
    if (n->kind == CST_SWITCH_CASE) {
        node->u.case_.test = parse_expr(p, value);
    } else {
        Span word = {node->span.file, n->start, n->start + 7};
        if (first_default->file != 0) {
            Diag *d = parse_error(p, word, "a `switch` has one `default`");
            diag_label(d, *first_default, "the first one");
        }
        *first_default = word;
    }
    parse_body(p, n, CF_BODY, &node->u.case_.body, &node->u.case_.count);
    return node;
}

static Node *switch_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_SWITCH, n);
    node->u.switch_.value = parse_expr(p, cst_field(n, CF_VALUE));
    Cst body = cst_field(n, CF_BODY);
    if (body == NULL)
        return node;
    Span first_default = SPAN_NONE;
    node->u.switch_.cases = parse_list(p, body);
    p->frame->switches++;
    p->frame->blocks++;
    CST_EACH(c, body) {
        node->u.switch_.cases[node->u.switch_.count++] = switch_case(p, c, &first_default);
    }
    p->frame->switches--;
    p->frame->blocks--;
    return node;
}

static Node *try_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_TRY, n);
    node->u.try_.block = parse_block(p, cst_field(n, CF_BODY));
    Cst handler = cst_field(n, CF_HANDLER);
    Cst finalizer = cst_field(n, CF_FINALIZER);
    if (handler != NULL) {
        Cst parameter = cst_field(handler, CF_PARAMETER);
        if (parameter != NULL)
            node->u.try_.param = parse_target(p, parameter);
        node->u.try_.handler = parse_block(p, cst_field(handler, CF_BODY));
    }
    if (finalizer != NULL)
        node->u.try_.finalizer = parse_block(p, cst_field(finalizer, CF_BODY));
    if (handler == NULL && finalizer == NULL) {
        parse_error(p, parse_span(p, n), "`try` needs a `catch` or a `finally`");
    }
    return node;
}

// ---- Loops --------------------------------------------------------------------------------------

static Node *loop_body(Parse *p, Cst n) {
    p->frame->loops++;
    Node *body = substatement(p, cst_field(n, CF_BODY));
    p->frame->loops--;
    return body;
}

static Node *optional_expr(Parse *p, Cst n) {
    return n == NULL || n->kind == CST_EMPTY ? NULL : parse_expr(p, n);
}

static Node *for_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_FOR, n);
    Cst init = cst_field(n, CF_INITIALIZER);
    if (init != NULL && (init->kind == CST_LEXICAL || init->kind == CST_VAR)) {
        node->u.loop.init = parse_declarations(p, init);
    } else if (init != NULL && init->kind == CST_ASSIGN && cst_has(init, CST_T_USING)) {
        node->u.loop.init = using_declaration(p, init, init, false);
    } else {
        node->u.loop.init = optional_expr(p, init);
    }
    node->u.loop.test = optional_expr(p, cst_field(n, CF_CONDITION));
    node->u.loop.update = optional_expr(p, cst_field(n, CF_INCREMENT));
    node->u.loop.body = loop_body(p, n);
    return node;
}

static Node *each_target(Parse *p, Cst n) {
    Cst left = cst_field(n, CF_LEFT);
    Cst kind = cst_field(n, CF_KIND);
    Node *target = parse_target(p, left);
    if (kind == NULL)
        return target;
    Node *var = parse_node(p, N_VAR, left);
    var->op = kind->kind == CST_T_VAR ? VAR_VAR : kind->kind == CST_T_LET ? VAR_LET : VAR_CONST;
    if (var->op == VAR_VAR)
        p->frame->has_var = true;
    // The grammar has no `using` in loops: it was parsed as `const`.
    if (str_is(parse_text(p, kind), "using"))
        var->flags |= NF_USING;
    Node *d = parse_node(p, N_DECLARATOR, left);
    d->u.binary.left = target;
    var->u.var.at = arena_array(p->a, Node *, 1);
    var->u.var.at[var->u.var.count++] = d;
    return var;
}

static Node *for_in_statement(Parse *p, Cst n) {
    Cst word = cst_field(n, CF_OPERATOR);
    bool of = word != NULL && word->kind == CST_T_OF;
    Node *node = parse_node(p, of ? N_FOR_OF : N_FOR_IN, n);
    if (cst_has(n, CST_T_AWAIT)) {
        node->flags |= NF_AWAIT;
        const Frame *f = p->frame;
        if (f->kind != FRAME_MODULE && !(f->flags & NF_ASYNC)) {
            Span at = {node->span.file, n->start, n->start + 9};
            Diag *d = parse_error(p, at, "`for await` in a function that is not async");
            diag_label(d, f->head, "this function");
        }
    }
    node->u.each.target = each_target(p, n);
    node->u.each.iter = parse_expr(p, cst_field(n, CF_RIGHT));
    node->u.each.body = loop_body(p, n);
    return node;
}

static Node *while_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, n->kind == CST_DO ? N_DO : N_WHILE, n);
    node->u.loop.test = parse_expr(p, cst_field(n, CF_CONDITION));
    node->u.loop.body = loop_body(p, n);
    return node;
}

// ---- Jumps --------------------------------------------------------------------------------------

static const Label *find_label(const Parse *p, Sym name) {
    const Label *l = p->frame->labels;
    while (l != NULL && l->name != name)
        l = l->up;
    return l;
}

static void check_jump(Parse *p, const Node *node, Cst label) {
    const char *word = node->kind == N_BREAK ? "break" : "continue";
    if (label == NULL) {
        bool inside = p->frame->loops > 0 || (node->kind == N_BREAK && p->frame->switches > 0);
        if (!inside)
            parse_error(p, node->span, "`%s` outside of a loop", word);
        return;
    }
    const Label *l = find_label(p, node->u.jump.label);
    Str name = parse_text(p, label);
    if (l == NULL) {
        parse_error(p, parse_span(p, label), "there is no label `%.*s` around this", STR_ARG(name));
    } else if (node->kind == N_CONTINUE && !l->loop) {
        parse_error(p, parse_span(p, label), "`%.*s` does not label a loop", STR_ARG(name));
    }
}

static Node *jump(Parse *p, Cst n) {
    Node *node = parse_node(p, n->kind == CST_BREAK ? N_BREAK : N_CONTINUE, n);
    Cst label = cst_field(n, CF_LABEL);
    if (label != NULL)
        node->u.jump.label = parse_sym(p, label);
    check_jump(p, node, label);
    return node;
}

static Node *return_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_RETURN, n);
    FrameKind k = p->frame->kind;
    bool inside = k == FRAME_FUNCTION || k == FRAME_METHOD || k == FRAME_CONSTRUCTOR;
    if (!inside && !(k == FRAME_MODULE && p->commonjs)) {
        parse_error(p, node->span, "`return` outside of a function");
    }
    if (cst_first(n) != NULL) {
        node->u.unary.operand = parse_inner(p, n);
        parse_mark_calls(node->u.unary.operand, NF_RETURNED);
    }
    return node;
}

static Node *throw_statement(Parse *p, Cst n) {
    Node *node = parse_node(p, N_THROW, n);
    node->u.unary.operand = parse_inner(p, n);
    return node;
}

static bool is_loop(Cst n) {
    while (n != NULL && n->kind == CST_LABELED)
        n = cst_field(n, CF_BODY);
    return n != NULL && (n->kind == CST_FOR || n->kind == CST_FOR_IN || n->kind == CST_WHILE ||
                         n->kind == CST_DO);
}

static Node *labeled(Parse *p, Cst n) {
    Node *node = parse_node(p, N_LABELED, n);
    Cst name = cst_field(n, CF_LABEL);
    Cst body = cst_field(n, CF_BODY);
    if (name == NULL)
        return parse_unexpected(p, n);
    Label label = {p->frame->labels, parse_sym(p, name), is_loop(body)};
    if (find_label(p, label.name) != NULL) {
        parse_error(p, parse_span(p, name), "the label `%.*s` is used already",
                    STR_ARG(parse_text(p, name)));
    }
    node->u.labeled.label = label.name;
    p->frame->labels = &label;
    node->u.labeled.body = parse_stmt(p, body);
    p->frame->labels = label.up;
    return node;
}

// ---- The rest -----------------------------------------------------------------------------------

static Node *with_statement(Parse *p, Cst n) {
    Span word = {p->m->file, n->start, n->start + 4};
    parse_error(p, word, "`with` is not allowed in modules");
    return parse_node(p, N_ERROR, n);
}

static Node *nothing(Parse *p, Cst n) {
    return parse_node(p, N_EMPTY, n);
}

static const StmtFn stmts[CST_KIND_COUNT] = {
    [CST_ABSTRACT_CLASS] = class_declaration,
    [CST_AMBIENT] = parse_ambient,
    [CST_BLOCK] = parse_block,
    [CST_BREAK] = jump,
    [CST_CLASS_DECL] = class_declaration,
    [CST_CONTINUE] = jump,
    [CST_DEBUGGER] = nothing,
    [CST_DO] = while_statement,
    [CST_EMPTY] = nothing,
    [CST_ENUM] = parse_enum,
    [CST_EXPORT] = parse_export,
    [CST_EXPRESSION] = expression,
    [CST_FOR] = for_statement,
    [CST_FOR_IN] = for_in_statement,
    [CST_FUNCTION_DECL] = function_declaration,
    [CST_FUNCTION_SIGNATURE] = parse_types_only,
    [CST_GENERATOR_DECL] = function_declaration,
    [CST_IF] = if_statement,
    [CST_IMPORT_ALIAS] = parse_import_alias,
    [CST_IMPORT_STATEMENT] = parse_import,
    [CST_INTERFACE] = parse_types_only,
    [CST_INTERNAL_MODULE] = parse_namespace,
    [CST_LABELED] = labeled,
    [CST_LEXICAL] = parse_declarations,
    [CST_MODULE] = parse_namespace,
    [CST_RETURN] = return_statement,
    [CST_SWITCH] = switch_statement,
    [CST_THROW] = throw_statement,
    [CST_TRY] = try_statement,
    [CST_TYPE_ALIAS] = parse_types_only,
    [CST_VAR] = parse_declarations,
    [CST_WHILE] = while_statement,
    [CST_WITH] = with_statement,
};

Node *parse_stmt(Parse *p, Cst n) {
    if (n == NULL || stmts[n->kind] == NULL)
        return parse_unexpected(p, n);
    if (!parse_enter(p, n))
        return parse_node(p, N_ERROR, n);
    Node *node = stmts[n->kind](p, n);
    parse_leave(p);
    return node;
}
