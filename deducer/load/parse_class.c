// Classes: members, the constructor, parameter properties, decorators, private names.
//
// In: class declarations and expressions. Out: N_CLASS or N_CLASS_DECL. Signatures, index
// signatures, abstract and declared members are types and leave nothing.

#include "deducer/load/parse.h"

typedef struct Members {
    Vec(PrivateUse) privates; // declared private names
    Vec(Node *) decorators;
    bool derived;
    Span constructor; // of the first one
} Members;

// `@(expr)` for any expression was parsed as `@d(expr)`, where the grammar would not take it
// otherwise.
static void decorator(Parse *p, Cst n, Members *ms) {
    Cst inner = cst_first(n);
    bool repaired = p->text.p[n->start] != '@' && inner != NULL && inner->kind == CST_CALL;
    if (repaired)
        inner = cst_first(cst_field(inner, CF_ARGUMENTS));
    Node *value = parse_expr(p, inner);
    p->m->has_decorators = true;
    vec_push(p->a, &ms->decorators, value);
}

static void decorators_in(Parse *p, Cst n, Members *ms) {
    if (n == NULL)
        return;
    CST_EACH(c, n) {
        if (c->kind == CST_DECORATOR)
            decorator(p, c, ms);
    }
}

static void declare_private(Parse *p, Cst name, Members *ms) {
    if (name != NULL && name->kind == CST_PRIVATE_NAME) {
        PrivateUse declared = {parse_sym(p, name), parse_span(p, name)};
        vec_push(p->scratch, &ms->privates, declared);
    }
}

// Private names that this class doesn't declare belong to a class around it, or to none.
static void check_privates(Parse *p, const Members *ms, const ClassFrame *cf) {
    for (uint32_t i = 0; i < cf->uses.n; i++) {
        PrivateUse use = cf->uses.at[i];
        bool found = false;
        for (uint32_t k = 0; k < ms->privates.n && !found; k++) {
            found = ms->privates.at[k].name == use.name;
        }
        if (found)
            continue;
        if (cf->up != NULL) {
            vec_push(p->scratch, &cf->up->uses, use);
        } else {
            parse_error(p, use.span, "the class has no member `%.*s`",
                        STR_ARG(sym_str(p->lc->interner, use.name)));
        }
    }
}

// ---- The constructor ----------------------------------------------------------------------------

static Node *assign_property(Parse *p, Cst parameter, Cst name) {
    Node *self = parse_node(p, N_THIS, parameter);
    Node *member = parse_node(p, N_MEMBER, parameter);
    member->u.member.object = self;
    member->u.member.name = parse_sym(p, name);
    member->u.member.name_span = parse_span(p, name);
    Node *assign = parse_node(p, N_ASSIGN, parameter);
    assign->op = OP_ASSIGN;
    assign->u.binary.left = member;
    assign->u.binary.right = parse_ident(p, name);
    Node *statement = parse_node(p, N_EXPR, parameter);
    statement->u.unary.operand = assign;
    return statement;
}

static bool is_property(Cst parameter) {
    Cst pattern = cst_field(parameter, CF_PATTERN);
    bool modified = cst_has(parameter, CST_ACCESSIBILITY) || cst_has(parameter, CST_T_READONLY) ||
                    cst_has(parameter, CST_OVERRIDE);
    return modified && pattern != NULL && pattern->kind == CST_IDENTIFIER;
}

static bool is_super_call(const Node *statement) {
    if (statement->kind != N_EXPR)
        return false;
    const Node *e = statement->u.unary.operand;
    return e->kind == N_CALL && e->u.call.callee->kind == N_SUPER;
}

// `constructor(private a: A)` sets this.a: right behind `super(…)` where there is one, first
// elsewhere.
static void unfold_properties(Parse *p, Cst parameters, Node *ctor, bool derived) {
    uint32_t count = 0;
    if (parameters == NULL || ctor->u.fn->body->kind != N_BLOCK)
        return;
    CST_EACH(c, parameters) count += is_property(c);
    if (count == 0)
        return;
    Node *body = ctor->u.fn->body;
    uint32_t old = body->u.block.count;
    Node **at = arena_array(p->a, Node *, old + count);
    uint32_t first = derived ? old : 0;
    for (uint32_t i = 0; i < old && derived; i++) {
        if (is_super_call(body->u.block.at[i])) {
            first = i + 1;
            break;
        }
    }
    uint32_t n = 0;
    while (n < first) {
        at[n] = body->u.block.at[n];
        n++;
    }
    CST_EACH(c, parameters) {
        if (is_property(c))
            at[n++] = assign_property(p, c, cst_field(c, CF_PATTERN));
    }
    for (uint32_t i = first; i < old; i++)
        at[n++] = body->u.block.at[i];
    body->u.block.at = at;
    body->u.block.count = n;
    ctor->flags |= NF_USES_THIS;
}

static void constructor(Parse *p, Cst n, Node *cls, Members *ms) {
    Span name = parse_span(p, cst_field(n, CF_NAME));
    FrameKind frame = ms->derived ? FRAME_CONSTRUCTOR : FRAME_METHOD;
    Node *ctor = parse_function(p, n, N_FUNCTION, NF_METHOD, frame);
    if (cls->u.cls.ctor != NULL) {
        Diag *d = parse_error(p, name, "a class has one constructor");
        diag_label(d, ms->constructor, "the first one");
        return;
    }
    if (ctor->flags & (NF_ASYNC | NF_GENERATOR)) {
        parse_error(p, name, "a constructor can be neither async nor a generator");
    }
    unfold_properties(p, cst_field(n, CF_PARAMETERS), ctor, ms->derived);
    cls->u.cls.ctor = ctor;
    ms->constructor = name;
}

// ---- Other members ------------------------------------------------------------------------------

static bool is_constructor(Parse *p, Cst n) {
    Cst name = cst_field(n, CF_NAME);
    if (name == NULL || cst_has(n, CST_T_STATIC))
        return false;
    if (name->kind == CST_STRING)
        return str_is(parse_string(p, name), "constructor");
    return name->kind == CST_PROPERTY_NAME && str_is(parse_text(p, name), "constructor");
}

static Node *method(Parse *p, Cst n) {
    Node *node = parse_node(p, N_METHOD, n);
    parse_key(p, cst_field(n, CF_NAME), node);
    if (cst_has(n, CST_T_STATIC))
        node->flags |= NF_STATIC;
    if (cst_has(n, CST_T_GET))
        node->flags |= NF_GETTER;
    if (cst_has(n, CST_T_SET))
        node->flags |= NF_SETTER;
    Node *fn = parse_function(p, n, N_FUNCTION, NF_METHOD, FRAME_METHOD);
    node->u.prop.value = fn;
    parse_name_value(fn, parse_key_sym(p, node));
    if ((node->flags & NF_GETTER) && fn->u.fn->param_count != 0) {
        parse_error(p, node->u.prop.key->span, "a getter takes no parameters");
    }
    if ((node->flags & NF_SETTER) && fn->u.fn->param_count != 1) {
        parse_error(p, node->u.prop.key->span, "a setter takes exactly one parameter");
    }
    return node;
}

static Node *field(Parse *p, Cst n) {
    Node *node = parse_node(p, N_FIELD, n);
    parse_key(p, cst_field(n, CF_NAME), node);
    if (cst_has(n, CST_T_STATIC))
        node->flags |= NF_STATIC;
    Cst value = cst_field(n, CF_VALUE);
    if (value == NULL)
        return node;
    Frame f;
    parse_frame_open(p, &f, FRAME_FIELD, 0, parse_span(p, n));
    node->u.prop.value = parse_expr(p, value);
    parse_frame_close(p);
    if (f.flags & NF_USES_ARGUMENTS) {
        parse_error(p, node->span, "`arguments` cannot be used in a field");
    }
    parse_name_value(node->u.prop.value, parse_key_sym(p, node));
    return node;
}

static Node *static_block(Parse *p, Cst n) {
    Node *node = parse_node(p, N_STATIC_BLOCK, n);
    Frame f;
    parse_frame_open(p, &f, FRAME_STATIC, 0, parse_span(p, n));
    node->u.static_.block = parse_block(p, cst_field(n, CF_BODY));
    parse_frame_close(p);
    node->op = f.has_var;
    return node;
}

static void member(Parse *p, Cst n, Node *cls, Members *ms) {
    Node *node = NULL;
    switch (n->kind) {
    case CST_DECORATOR:
        decorator(p, n, ms);
        return;
    case CST_STATIC_BLOCK:
        node = static_block(p, n);
        break;
    case CST_METHOD:
        declare_private(p, cst_field(n, CF_NAME), ms);
        decorators_in(p, n, ms);
        Cst parameters = cst_field(n, CF_PARAMETERS);
        if (parameters != NULL)
            CST_EACH(c, parameters) decorators_in(p, c, ms);
        if (is_constructor(p, n)) {
            constructor(p, n, cls, ms);
            return;
        }
        node = method(p, n);
        break;
    case CST_FIELD_DEF:
        if (cst_has(n, CST_T_DECLARE) || cst_has(n, CST_T_ABSTRACT))
            return;
        declare_private(p, cst_field(n, CF_NAME), ms);
        decorators_in(p, n, ms);
        node = field(p, n);
        break;
    default:
        return;
    }
    cls->u.cls.members[cls->u.cls.member_count++] = node;
}

static void class_name(Parse *p, Cst n, Node *cls) {
    Cst name = cst_field(n, CF_NAME);
    if (name == NULL)
        return;
    cls->u.cls.name = parse_sym(p, name);
    cls->u.cls.self = parse_node(p, N_IDENT, name);
    cls->u.cls.self->u.ident.name = cls->u.cls.name;
    if (cls->kind != N_CLASS_DECL)
        return;
    cls->u.cls.decl = parse_node(p, N_IDENT, name);
    cls->u.cls.decl->u.ident.name = cls->u.cls.name;
}

Node *parse_class(Parse *p, Cst n, NodeKind kind) {
    Node *cls = parse_node(p, kind, n);
    Members ms = {0};
    ClassFrame cf = {.up = p->classes};
    class_name(p, n, cls);
    decorators_in(p, n, &ms);
    p->classes = &cf;
    Cst extends = cst_child(cst_child(n, CST_CLASS_HERITAGE), CST_EXTENDS);
    if (extends != NULL) {
        cls->u.cls.super = parse_expr(p, cst_field(extends, CF_VALUE));
        ms.derived = true;
    }
    Cst body = cst_field(n, CF_BODY);
    if (body != NULL) {
        cls->u.cls.members = parse_list(p, body);
        CST_EACH(c, body) member(p, c, cls, &ms);
    }
    check_privates(p, &ms, &cf);
    p->classes = cf.up;
    cls->u.cls.decorators = ms.decorators.at;
    cls->u.cls.decorator_count = ms.decorators.n;
    return cls;
}

void parse_decorators_before(Parse *p, Cst export_statement, Node *cls) {
    uint32_t count = cls->u.cls.decorator_count;
    CST_EACH(c, export_statement) count += c->kind == CST_DECORATOR;
    if (count == cls->u.cls.decorator_count)
        return;
    Node **at = arena_array(p->a, Node *, count);
    uint32_t n = 0;
    CST_EACH(c, export_statement) {
        if (c->kind == CST_DECORATOR)
            at[n++] = parse_inner(p, c);
    }
    for (uint32_t i = 0; i < cls->u.cls.decorator_count; i++)
        at[n++] = cls->u.cls.decorators[i];
    cls->u.cls.decorators = at;
    cls->u.cls.decorator_count = n;
}
