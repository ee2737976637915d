// The typed tree as S-expressions. In: any node. Out: text; what is absent is `_`.

#include "deducer/load/ast_dump.h"

typedef struct Dump {
    Buf *out;
    const Interner *names;
    bool refs;
} Dump;

static void dump(Dump *d, const Node *n);

static const char *const oper_names[] = {
    [OP_NONE] = "",
    [OP_ADD] = "+",
    [OP_SUB] = "-",
    [OP_MUL] = "*",
    [OP_DIV] = "/",
    [OP_MOD] = "%",
    [OP_EXP] = "**",
    [OP_SHL] = "<<",
    [OP_SHR] = ">>",
    [OP_USHR] = ">>>",
    [OP_BIT_AND] = "&",
    [OP_BIT_OR] = "|",
    [OP_BIT_XOR] = "^",
    [OP_EQ] = "==",
    [OP_NE] = "!=",
    [OP_SEQ] = "===",
    [OP_SNE] = "!==",
    [OP_LT] = "<",
    [OP_LE] = "<=",
    [OP_GT] = ">",
    [OP_GE] = ">=",
    [OP_IN] = "in",
    [OP_INSTANCEOF] = "instanceof",
    [OP_AND] = "&&",
    [OP_OR] = "||",
    [OP_NULLISH] = "\?\?",
    [OP_ASSIGN] = "",
    [OP_NEG] = "-",
    [OP_PLUS] = "+",
    [OP_NOT] = "!",
    [OP_BIT_NOT] = "~",
    [OP_TYPEOF] = "typeof",
    [OP_VOID] = "void",
    [OP_DELETE] = "delete",
    [OP_INC] = "++",
    [OP_DEC] = "--",
    [OP_YIELD_STAR] = "*",
};

static void text(Dump *d, const char *s) {
    buf_puts(d->out, s);
}
static void sym(Dump *d, Sym s) {
    buf_put(d->out, sym_str(d->names, s));
}

static void open(Dump *d, const char *head) {
    buf_putc(d->out, '(');
    text(d, head);
}

static void close(Dump *d) {
    buf_putc(d->out, ')');
}

static void child(Dump *d, const Node *n) {
    buf_putc(d->out, ' ');
    dump(d, n);
}

static void children(Dump *d, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        child(d, at[i]);
}

static void quoted(Dump *d, Str s) {
    buf_putc(d->out, '"');
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n') {
            text(d, "\\n");
        } else {
            buf_putc(d->out, s.p[i]);
        }
    }
    buf_putc(d->out, '"');
}

static void flags(Dump *d, const Node *n) {
    static const struct {
        unsigned flag;
        const char *name;
    } rows[] = {
        {NF_ASYNC, "async"},       {NF_GENERATOR, "generator"},
        {NF_ARROW, "arrow"},       {NF_STATIC, "static"},
        {NF_GETTER, "get"},        {NF_SETTER, "set"},
        {NF_COMPUTED, "computed"}, {NF_OPTIONAL, "?."},
        {NF_AWAIT, "await"},       {NF_PREFIX, "prefix"},
        {NF_SHORTHAND, "short"},   {NF_METHOD, "method"},
        {NF_USES_THIS, "this"},    {NF_USES_ARGUMENTS, "arguments"},
        {NF_DERIVED, "derived"},   {NF_USING, "using"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool call = n->kind == N_CALL || n->kind == N_NEW;
        bool plain = call && (rows[i].flag & (NF_AWAITED | NF_RETURNED | NF_DISCARDED));
        if ((n->flags & rows[i].flag) && !plain) // what is plain stands around it
            buf_printf(d->out, ":%s", rows[i].name);
    }
}

static void ident(Dump *d, const Node *n) {
    sym(d, n->u.ident.name);
    if (!d->refs)
        return;
    switch ((RefKind)n->u.ident.ref) {
    case REF_GLOBAL:
        text(d, "@g");
        break;
    case REF_LOCAL:
        buf_printf(d->out, "@%u.%u", n->u.ident.hops, n->u.ident.slot);
        break;
    case REF_IMPORT:
        buf_printf(d->out, "@i%u", n->u.ident.slot);
        break;
    }
}

static void scope(Dump *d, const Scope *s) {
    if (!d->refs || s == NULL)
        return;
    text(d, " {");
    for (uint32_t i = 0; i < s->count; i++) {
        if (i > 0)
            buf_putc(d->out, ' ');
        sym(d, s->at[i].name);
        if (s->at[i].captured)
            buf_putc(d->out, '!');
    }
    buf_putc(d->out, '}');
}

static void head(Dump *d, const Node *n, const char *name) {
    open(d, name);
    flags(d, n);
}

static void function(Dump *d, const Node *n) {
    const FnInfo *fn = n->u.fn;
    head(d, n, n->kind == N_FUNCTION ? "fn" : "function");
    buf_putc(d->out, ' ');
    if (fn->self != NULL) {
        ident(d, fn->self);
    } else {
        sym(d, fn->name);
    }
    scope(d, fn->scope);
    text(d, " [");
    for (uint32_t i = 0; i < fn->param_count; i++) {
        if (i > 0)
            buf_putc(d->out, ' ');
        dump(d, fn->params[i]);
    }
    text(d, "]");
    child(d, fn->body);
    close(d);
}

static void class(Dump *d, const Node *n) {
    head(d, n, "class");
    buf_putc(d->out, ' ');
    if (n->u.cls.decl != NULL) {
        ident(d, n->u.cls.decl);
    } else {
        sym(d, n->u.cls.name);
    }
    scope(d, n->u.cls.scope);
    if (n->u.cls.super != NULL) {
        text(d, " extends");
        child(d, n->u.cls.super);
    }
    for (uint32_t i = 0; i < n->u.cls.decorator_count; i++) {
        text(d, " @");
        dump(d, n->u.cls.decorators[i]);
    }
    if (n->u.cls.ctor != NULL)
        child(d, n->u.cls.ctor);
    children(d, n->u.cls.members, n->u.cls.member_count);
    close(d);
}

static void template(Dump *d, const Node *n) {
    open(d, "template ");
    for (uint32_t i = 0; i <= n->u.tmpl.count; i++) {
        if (i > 0) {
            child(d, n->u.tmpl.exprs[i - 1]);
            buf_putc(d->out, ' ');
        }
        quoted(d, n->u.tmpl.strings[i]);
    }
    close(d);
}

static void var(Dump *d, const Node *n) {
    static const char *const kinds[] = {
        [VAR_VAR] = "var", [VAR_LET] = "let", [VAR_CONST] = "const"};
    head(d, n, kinds[n->op]);
    for (uint32_t i = 0; i < n->u.var.count; i++) {
        const Node *one = n->u.var.at[i];
        child(d, one->u.binary.left);
        if (one->u.binary.right != NULL)
            child(d, one->u.binary.right);
    }
    close(d);
}

static void oper(Dump *d, const Node *n, const char *suffix) {
    open(d, oper_names[n->op]);
    text(d, suffix);
    flags(d, n);
}

static void members(Dump *d, const Node *n) {
    open(d, "enum ");
    ident(d, n->u.enum_.decl);
    for (uint32_t i = 0; i < n->u.enum_.count; i++) {
        buf_putc(d->out, ' ');
        buf_put(d->out, n->u.enum_.members[i].name);
        if (n->u.enum_.members[i].value != NULL)
            child(d, n->u.enum_.members[i].value);
    }
    close(d);
}

static void namespace(Dump *d, const Node *n) {
    open(d, "namespace ");
    ident(d, n->u.ns.decl);
    scope(d, n->u.ns.scope);
    text(d, " [");
    for (uint32_t i = 0; i < n->u.ns.export_count; i++) {
        if (i > 0)
            buf_putc(d->out, ' ');
        sym(d, n->u.ns.exports[i]);
    }
    text(d, "]");
    children(d, n->u.ns.at, n->u.ns.count);
    close(d);
}

static void property(Dump *d, const Node *n, const char *name) {
    head(d, n, name);
    child(d, n->u.prop.key);
    if (n->u.prop.value != NULL)
        child(d, n->u.prop.value);
    close(d);
}

// ---- One function for each shape of node --------------------------------------------------------

static void dump_leaf(Dump *d, const Node *n) {
    static const char *const words[N_KIND_COUNT] = {
        [N_THIS] = "this",
        [N_SUPER] = "super",
        [N_TRUE] = "true",
        [N_FALSE] = "false",
        [N_NULL] = "null",
        [N_NEW_TARGET] = "new.target",
        [N_IMPORT_META] = "import.meta",
        [N_EMPTY] = "empty",
        [N_IMPORT] = "import",
        [N_ERROR] = "error",
    };
    text(d, words[n->kind]);
}

static void dump_literal(Dump *d, const Node *n) {
    switch (n->kind) {
    case N_NUMBER:
        buf_printf(d->out, "%.15g", n->u.number);
        break;
    case N_STRING:
        quoted(d, n->u.text);
        break;
    case N_BIGINT:
        buf_put(d->out, n->u.text);
        buf_putc(d->out, 'n');
        break;
    default:
        buf_printf(d->out, "/%.*s/%.*s", STR_ARG(n->u.regex.pattern), STR_ARG(n->u.regex.flags));
        break;
    }
}

static void dump_unary(Dump *d, const Node *n) {
    static const char *const heads[N_KIND_COUNT] = {
        [N_IMPORT_CALL] = "import()",
        [N_CHAIN] = "chain",
        [N_SPREAD] = "...",
        [N_YIELD] = "yield",
        [N_AWAIT] = "await",
        [N_REST] = "rest",
        [N_EXPR] = "expr",
        [N_RETURN] = "return",
        [N_THROW] = "throw",
        [N_EXPORT_DEFAULT] = "export-default",
        [N_EXPORT_ASSIGN] = "export=",
    };
    open(d, heads[n->kind] != NULL ? heads[n->kind] : oper_names[n->op]);
    if (n->kind == N_YIELD)
        text(d, oper_names[n->op]);
    flags(d, n);
    if (n->u.unary.operand != NULL)
        child(d, n->u.unary.operand);
    close(d);
}

static void dump_binary(Dump *d, const Node *n) {
    if (n->kind == N_DEFAULT) {
        open(d, "default");
    } else {
        oper(d, n, n->kind == N_ASSIGN ? "=" : "");
    }
    child(d, n->u.binary.left);
    child(d, n->u.binary.right);
    close(d);
}

static void dump_list(Dump *d, const Node *n) {
    static const char *const heads[N_KIND_COUNT] = {
        [N_ARRAY] = "array",      [N_OBJECT] = "object",     [N_SEQUENCE] = ",",
        [N_ARRAY_PATTERN] = "[]", [N_OBJECT_PATTERN] = "{}",
    };
    open(d, heads[n->kind]);
    children(d, n->u.list.at, n->u.list.count);
    close(d);
}

static void dump_call(Dump *d, const Node *n) {
    head(d, n, n->kind == N_NEW ? "new" : "call");
    child(d, n->u.call.callee);
    children(d, n->u.call.args, n->u.call.arg_count);
    close(d);
}

static void dump_member(Dump *d, const Node *n) {
    head(d, n, n->kind == N_MEMBER ? "." : "private-in");
    child(d, n->u.member.object);
    buf_putc(d->out, ' ');
    sym(d, n->u.member.name);
    close(d);
}

static void dump_expression(Dump *d, const Node *n) {
    switch (n->kind) {
    case N_TAGGED:
        open(d, "tagged");
        child(d, n->u.tagged.tag);
        child(d, n->u.tagged.tmpl);
        close(d);
        break;
    case N_INDEX:
        head(d, n, "[]");
        child(d, n->u.index.object);
        child(d, n->u.index.key);
        close(d);
        break;
    case N_JSX:
        open(d, "jsx");
        child(d, n->u.jsx.tag);
        children(d, n->u.jsx.at, n->u.jsx.count);
        close(d);
        break;
    default:
        open(d, n->kind == N_IF ? "if" : "?:");
        child(d, n->u.cond.test);
        child(d, n->u.cond.yes);
        if (n->u.cond.no != NULL)
            child(d, n->u.cond.no);
        close(d);
        break;
    }
}

static void dump_property(Dump *d, const Node *n) {
    property(d, n, n->kind == N_PROPERTY ? "prop" : n->kind == N_METHOD ? "member" : "field");
}

static void dump_block(Dump *d, const Node *n) {
    const Node *block = n->kind == N_STATIC_BLOCK ? n->u.static_.block : n;
    open(d, n->kind == N_PROGRAM ? "program" : n->kind == N_BLOCK ? "block" : "static");
    scope(d, n->kind == N_STATIC_BLOCK ? n->u.static_.scope : n->u.block.scope);
    children(d, block->u.block.at, block->u.block.count);
    close(d);
}

static void dump_loop(Dump *d, const Node *n) {
    open(d, n->kind == N_FOR ? "for" : n->kind == N_WHILE ? "while" : "do");
    scope(d, n->u.loop.scope);
    if (n->kind == N_FOR)
        child(d, n->u.loop.init);
    child(d, n->u.loop.test);
    if (n->kind == N_FOR)
        child(d, n->u.loop.update);
    child(d, n->u.loop.body);
    close(d);
}

static void dump_each(Dump *d, const Node *n) {
    head(d, n, n->kind == N_FOR_IN ? "for-in" : "for-of");
    scope(d, n->u.each.scope);
    child(d, n->u.each.target);
    child(d, n->u.each.iter);
    child(d, n->u.each.body);
    close(d);
}

static void dump_jump(Dump *d, const Node *n) {
    open(d, n->kind == N_BREAK ? "break" : "continue");
    if (n->u.jump.label != 0) {
        buf_putc(d->out, ' ');
        sym(d, n->u.jump.label);
    }
    close(d);
}

static void dump_statement(Dump *d, const Node *n) {
    switch (n->kind) {
    case N_TRY:
        open(d, "try");
        child(d, n->u.try_.block);
        scope(d, n->u.try_.scope);
        child(d, n->u.try_.param);
        child(d, n->u.try_.handler);
        child(d, n->u.try_.finalizer);
        break;
    case N_SWITCH:
        open(d, "switch");
        scope(d, n->u.switch_.scope);
        child(d, n->u.switch_.value);
        children(d, n->u.switch_.cases, n->u.switch_.count);
        break;
    case N_CASE:
        open(d, n->u.case_.test != NULL ? "case" : "default");
        if (n->u.case_.test != NULL)
            child(d, n->u.case_.test);
        children(d, n->u.case_.body, n->u.case_.count);
        break;
    default:
        open(d, "label ");
        sym(d, n->u.labeled.label);
        child(d, n->u.labeled.body);
        break;
    }
    close(d);
}

typedef void (*DumpFn)(Dump *, const Node *);

static const DumpFn dumps[N_KIND_COUNT] = {
    [N_IDENT] = ident,
    [N_THIS] = dump_leaf,
    [N_SUPER] = dump_leaf,
    [N_NUMBER] = dump_literal,
    [N_STRING] = dump_literal,
    [N_BIGINT] = dump_literal,
    [N_REGEX] = dump_literal,
    [N_TRUE] = dump_leaf,
    [N_FALSE] = dump_leaf,
    [N_NULL] = dump_leaf,
    [N_TEMPLATE] = template,
    [N_TAGGED] = dump_expression,
    [N_ARRAY] = dump_list,
    [N_OBJECT] = dump_list,
    [N_PROPERTY] = dump_property,
    [N_FUNCTION] = function,
    [N_CLASS] = class,
    [N_UNARY] = dump_unary,
    [N_UPDATE] = dump_unary,
    [N_BINARY] = dump_binary,
    [N_LOGICAL] = dump_binary,
    [N_ASSIGN] = dump_binary,
    [N_CONDITIONAL] = dump_expression,
    [N_CALL] = dump_call,
    [N_NEW] = dump_call,
    [N_IMPORT_CALL] = dump_unary,
    [N_MEMBER] = dump_member,
    [N_INDEX] = dump_expression,
    [N_CHAIN] = dump_unary,
    [N_SEQUENCE] = dump_list,
    [N_SPREAD] = dump_unary,
    [N_YIELD] = dump_unary,
    [N_AWAIT] = dump_unary,
    [N_NEW_TARGET] = dump_leaf,
    [N_IMPORT_META] = dump_leaf,
    [N_PRIVATE_IN] = dump_member,
    [N_JSX] = dump_expression,
    [N_ARRAY_PATTERN] = dump_list,
    [N_OBJECT_PATTERN] = dump_list,
    [N_DEFAULT] = dump_binary,
    [N_REST] = dump_unary,
    [N_PROGRAM] = dump_block,
    [N_BLOCK] = dump_block,
    [N_VAR] = var,
    [N_EXPR] = dump_unary,
    [N_IF] = dump_expression,
    [N_FOR] = dump_loop,
    [N_FOR_IN] = dump_each,
    [N_FOR_OF] = dump_each,
    [N_WHILE] = dump_loop,
    [N_DO] = dump_loop,
    [N_RETURN] = dump_unary,
    [N_THROW] = dump_unary,
    [N_BREAK] = dump_jump,
    [N_CONTINUE] = dump_jump,
    [N_TRY] = dump_statement,
    [N_SWITCH] = dump_statement,
    [N_CASE] = dump_statement,
    [N_LABELED] = dump_statement,
    [N_FUNCTION_DECL] = function,
    [N_CLASS_DECL] = class,
    [N_ENUM] = members,
    [N_NAMESPACE] = namespace,
    [N_EMPTY] = dump_leaf,
    [N_IMPORT] = dump_leaf,
    [N_EXPORT_DEFAULT] = dump_unary,
    [N_EXPORT_ASSIGN] = dump_unary,
    [N_METHOD] = dump_property,
    [N_FIELD] = dump_property,
    [N_STATIC_BLOCK] = dump_block,
    [N_ERROR] = dump_leaf,
};

static void dump(Dump *d, const Node *n) {
    if (n == NULL || dumps[n->kind] == NULL) {
        text(d, "_");
        return;
    }
    dumps[n->kind](d, n);
}

void ast_dump(Buf *out, const Interner *names, const Node *n, bool refs) {
    Dump d = {out, names, refs};
    dump(&d, n);
}
