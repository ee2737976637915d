// Functions of every form: declarations, expressions, arrows, methods, accessors and constructors.
//
// In: concrete nodes. Out: N_FUNCTION or N_FUNCTION_DECL with its FnInfo. What is noticed while
// reading the body (`this`, `arguments`, `var`) ends up in the node's flags and `op` (1: has `var`,
// for the binder).

#include "deducer/load/parse.h"

void parse_frame_open(Parse *p, Frame *f, FrameKind kind, uint16_t flags, Span head) {
    *f = (Frame){.up = p->frame, .kind = kind, .flags = flags, .head = head};
    p->frame = f;
}

void parse_frame_close(Parse *p) {
    p->frame = p->frame->up;
}

Frame *parse_mark_frame(Parse *p, uint16_t flag) {
    Frame *f = p->frame;
    for (; (f->flags & NF_ARROW) && f->up != NULL; f = f->up)
        f->flags |= flag;
    f->flags |= flag;
    return f;
}

void parse_name_value(Node *value, Sym name) {
    if (name == 0)
        return;
    if (value->kind == N_FUNCTION && value->u.fn->name == 0)
        value->u.fn->name = name;
    if (value->kind == N_CLASS && value->u.cls.name == 0)
        value->u.cls.name = name;
}

void parse_mark_calls(Node *n, uint16_t flag) {
    for (;;) {
        if (n->kind == N_CALL) {
            n->flags |= flag;
            n = n->u.call.callee;
            if (n->kind == N_CHAIN)
                n = n->u.unary.operand;
            if (n->kind != N_MEMBER)
                return;
            n = n->u.member.object; // f().then(…): nothing else runs before the second call
        } else if (n->kind == N_CHAIN) {
            n = n->u.unary.operand;
        } else if (n->kind == N_CONDITIONAL) {
            parse_mark_calls(n->u.cond.yes, flag);
            n = n->u.cond.no;
        } else if (n->kind == N_LOGICAL) {
            n = n->u.binary.right;
        } else {
            return;
        }
    }
}

// What labels show of a function: from its start to where its body starts, its first line at most.
static Span head_span(Parse *p, Cst n, Cst name, Cst body) {
    if (name != NULL)
        return parse_span(p, name);
    Span s = parse_span(p, n);
    if (body != NULL && body->start > s.start)
        s.end = body->start;
    while (s.end > s.start + 1 && (p->text.p[s.end - 1] == ' ' || p->text.p[s.end - 1] == '\n'))
        s.end--;
    for (uint32_t i = s.start; i < s.end; i++) {
        if (p->text.p[i] == '\n')
            s.end = i;
    }
    return s;
}

static uint16_t own_flags(Cst n) {
    uint16_t flags = 0;
    if (cst_has(n, CST_T_ASYNC))
        flags |= NF_ASYNC;
    if (cst_has(n, CST_T_MUL))
        flags |= NF_GENERATOR;
    return flags;
}

static bool names_itself(Cst n) {
    return n->kind == CST_FUNCTION || n->kind == CST_GENERATOR || n->kind == CST_FUNCTION_DECL ||
           n->kind == CST_GENERATOR_DECL;
}

static Node *function_body(Parse *p, Cst body) {
    if (body != NULL && body->kind == CST_BLOCK)
        return parse_block(p, body);
    return parse_expr(p, body);
}

Node *parse_function(Parse *p, Cst n, NodeKind kind, uint16_t flags, FrameKind frame) {
    Node *node = parse_node(p, kind, n);
    FnInfo *fn = arena_new(p->a, FnInfo);
    node->u.fn = fn;
    Cst name = cst_field(n, CF_NAME);
    Cst body = cst_field(n, CF_BODY);
    if (name != NULL && names_itself(n)) {
        fn->self = parse_node(p, N_IDENT, name);
        fn->self->u.ident.name = parse_sym(p, name);
        fn->name = fn->self->u.ident.name;
    }
    Frame f;
    parse_frame_open(p, &f, frame, (uint16_t)(flags | own_flags(n)), head_span(p, n, name, body));
    Cst parameter = cst_field(n, CF_PARAMETER);
    if (parameter != NULL) {
        fn->params = arena_array(p->a, Node *, 1);
        fn->params[fn->param_count++] = parse_target(p, parameter);
    } else {
        parse_parameters(p, cst_field(n, CF_PARAMETERS), fn);
    }
    fn->body = function_body(p, body);
    if (fn->body != NULL && fn->body->kind != N_BLOCK)
        parse_mark_calls(fn->body, NF_RETURNED);
    parse_frame_close(p);
    node->flags = f.flags;
    if (frame == FRAME_CONSTRUCTOR)
        node->flags |= NF_DERIVED;
    node->op = f.has_var;
    return node;
}
