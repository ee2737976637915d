// Imports and exports: what a module takes from others and gives to them.
//
// In: import and export statements. Out: Module.requests, imports, exports and star_exports; the
// statement itself becomes N_IMPORT, or the declaration that it exports. An export of a local name
// has kind EXPORT_LOCAL and the name in from_name until the binder finds what the name stands for.

#include "deducer/load/parse.h"

static Request *request_of(Parse *p, Str specifier, Span span, uint32_t *index) {
    uintptr_t known = (uintptr_t)map_find(&p->requests, specifier);
    if (known == 0) {
        Request r = {.specifier = specifier, .span = span, .types_only = true};
        vec_push(p->a, &p->m->requests, r);
        known = p->m->requests.n;
        map_set(&p->requests, specifier, (void *)known);
    }
    if (index != NULL)
        *index = (uint32_t)known - 1;
    return &p->m->requests.at[known - 1];
}

// `runs`: the module has to run, whatever of it is used. Else the binder finds out.
static uint32_t request(Parse *p, Cst source, bool runs) {
    uint32_t index = 0;
    Str specifier = source == NULL ? STR_EMPTY : parse_string(p, source);
    Span span = source == NULL ? SPAN_NONE : parse_span(p, source);
    Request *r = request_of(p, specifier, span, &index);
    if (runs)
        r->types_only = false;
    return index;
}

void parse_dynamic_import(Parse *p, const Node *specifier) {
    Str text = STR_EMPTY;
    if (specifier->kind == N_STRING)
        text = specifier->u.text;
    if (specifier->kind == N_TEMPLATE && specifier->u.tmpl.count == 0) {
        text = specifier->u.tmpl.strings[0];
    }
    if (text.n > 0)
        request_of(p, text, specifier->span, NULL)->dynamic = true;
}

// A word that a repair may have blanked in what was parsed: it is looked for in the file's text.
static bool word_at(const Parse *p, uint32_t at, const char *word) {
    Str rest = str_trim(str_slice(p->text, at, at + 40));
    return str_starts(rest, word);
}

static bool word_before(const Parse *p, uint32_t at, const char *word) {
    Str before = str_trim(str_slice(p->text, at > 40 ? at - 40 : 0, at));
    return str_ends(before, word);
}

static void check_top(Parse *p, Cst n, const char *word) {
    const Frame *f = p->frame;
    bool top = f->blocks == 0 && (f->kind == FRAME_MODULE || f->kind == FRAME_NAMESPACE);
    Span start = {p->m->file, n->start, n->start + 6};
    if (!top)
        parse_error(p, start, "`%s` is allowed at the top of a module only", word);
}

static void export_name(void *context, Node *ident);

// ---- Imports ------------------------------------------------------------------------------------

static Sym module_name(Parse *p, Cst n) {
    if (n->kind == CST_STRING)
        return sym_of(p->lc->interner, parse_string(p, n));
    return parse_sym(p, n);
}

static void import_binding(Parse *p, Cst local, Sym name, uint32_t from, bool type_only) {
    if (local == NULL)
        return;
    Import i = {.local = parse_sym(p, local),
                .name = name,
                .span = parse_span(p, local),
                .request = from,
                .type_only = type_only};
    vec_push(p->a, &p->m->imports, i);
}

static bool marked_type(Cst n) {
    return cst_has(n, CST_T_TYPE) || cst_has(n, CST_T_TYPEOF);
}

static void import_specifiers(Parse *p, Cst named, uint32_t from, bool type_only) {
    CST_EACH(c, named) {
        Cst name = cst_field(c, CF_NAME);
        Cst alias = cst_field(c, CF_ALIAS);
        if (c->kind != CST_IMPORT_SPECIFIER || name == NULL)
            continue;
        Cst local = alias != NULL ? alias : name;
        import_binding(p, local, module_name(p, name), from, type_only || marked_type(c));
    }
}

Node *parse_import(Parse *p, Cst n) {
    check_top(p, n, "import");
    Cst clause = cst_child(n, CST_IMPORT_CLAUSE);
    Cst require = cst_child(n, CST_IMPORT_REQUIRE);
    bool type_only = marked_type(n);
    if (require != NULL) {
        // `import x = require("m")` gives the module as a whole.
        uint32_t from = request(p, cst_field(require, CF_SOURCE), false);
        Cst local = cst_child(require, CST_IDENTIFIER);
        import_binding(p, local, 0, from, type_only);
        if (word_before(p, n->start, "export"))
            export_name(p, parse_ident(p, local));
        return parse_node(p, N_IMPORT, n);
    }
    // TypeScript drops an import none of whose names are used as values; JavaScript drops none.
    bool runs = clause == NULL || !p->typescript;
    uint32_t from = request(p, cst_field(n, CF_SOURCE), runs);
    if (clause == NULL)
        p->m->requests.at[from].bare = true;
    if (clause != NULL) {
        CST_EACH(c, clause) {
            if (c->kind == CST_IDENTIFIER)
                import_binding(p, c, p->sym_default, from, type_only);
            if (c->kind == CST_NAMESPACE_IMPORT)
                import_binding(p, cst_last(c), 0, from, type_only);
            if (c->kind == CST_NAMED_IMPORTS)
                import_specifiers(p, c, from, type_only);
        }
    }
    return parse_node(p, N_IMPORT, n);
}

static Node *dotted_name(Parse *p, Cst n) {
    Cst object = cst_field(n, CF_OBJECT);
    Cst property = cst_field(n, CF_PROPERTY);
    if (object == NULL || property == NULL)
        return parse_ident(p, n);
    Node *node = parse_node(p, N_MEMBER, n);
    node->u.member.object = dotted_name(p, object);
    node->u.member.name = parse_sym(p, property);
    node->u.member.name_span = parse_span(p, property);
    return node;
}

// `import a = b.c`: a constant, and nothing at all where it stands for types only. The binder drops
// it where it is not used; NF_SHORTHAND marks it.
Node *parse_import_alias(Parse *p, Cst n) {
    Cst name = cst_child(n, CST_IDENTIFIER);
    Cst value = cst_last(n);
    if (name == NULL || value == name)
        return parse_unexpected(p, n);
    Node *node = parse_node(p, N_VAR, n);
    node->op = VAR_CONST;
    node->flags |= NF_SHORTHAND;
    Node *d = parse_node(p, N_DECLARATOR, n);
    d->u.binary.left = parse_ident(p, name);
    d->u.binary.right = dotted_name(p, value);
    node->u.var.at = arena_array(p->a, Node *, 1);
    node->u.var.at[node->u.var.count++] = d;
    return node;
}

// ---- Exports ------------------------------------------------------------------------------------

static void export_push(Parse *p, Export e) {
    if (p->namespace_exports == NULL) {
        vec_push(p->a, &p->m->exports, e);
    } else if (e.kind == EXPORT_LOCAL) {
        vec_push(p->a, p->namespace_exports, e.name);
    }
}

static void export_local(Parse *p, Sym name, const Node *ident, bool type) {
    export_push(p, (Export){.name = name,
                            .kind = type ? EXPORT_TYPE : EXPORT_LOCAL,
                            .from_name = ident->u.ident.name,
                            .span = ident->span,
                            .type_only = type});
}

static void export_name(void *context, Node *ident) {
    export_local(context, ident->u.ident.name, ident, false);
}

// Exports what a declaration declares, as `as` where that is not 0.
static void export_declared(Parse *p, Node *node, Sym as) {
    Node *ident = NULL;
    switch (node->kind) {
    case N_VAR:
        for (uint32_t i = 0; i < node->u.var.count; i++) {
            parse_target_names(node->u.var.at[i]->u.binary.left, export_name, p);
        }
        return;
    case N_FUNCTION_DECL:
        ident = node->u.fn->self;
        break;
    case N_CLASS_DECL:
        ident = node->u.cls.decl;
        break;
    case N_ENUM:
        ident = node->u.enum_.decl;
        break;
    case N_NAMESPACE:
        ident = node->u.ns.decl;
        break;
    case N_EMPTY:
        for (uint32_t i = 0; i < node->u.list.count; i++) {
            const Node *type = node->u.list.at[i];
            export_local(p, as != 0 ? as : type->u.ident.name, type, true);
        }
        return;
    default:
        return;
    }
    if (ident != NULL)
        export_local(p, as != 0 ? as : ident->u.ident.name, ident, false);
}

static void export_from(Parse *p, Cst n, Cst source, bool type_only) {
    Cst clause = cst_child(n, CST_EXPORT_CLAUSE);
    bool runs = false;
    CST_EACH(c, clause) runs = runs || !marked_type(c);
    uint32_t from = request(p, source, !type_only && (runs || cst_first(clause) == NULL));
    CST_EACH(c, clause) {
        Cst name = cst_field(c, CF_NAME);
        Cst alias = cst_field(c, CF_ALIAS);
        if (name == NULL)
            continue;
        vec_push(p->a, &p->m->exports,
                 (Export){.name = module_name(p, alias != NULL ? alias : name),
                          .kind = EXPORT_FROM,
                          .request = from,
                          .from_name = module_name(p, name),
                          .span = parse_span(p, name),
                          .type_only = type_only || marked_type(c)});
    }
}

static void export_clause(Parse *p, Cst clause, bool type_only) {
    CST_EACH(c, clause) {
        Cst name = cst_field(c, CF_NAME);
        Cst alias = cst_field(c, CF_ALIAS);
        if (name == NULL)
            continue;
        export_push(p, (Export){.name = module_name(p, alias != NULL ? alias : name),
                                .kind = EXPORT_LOCAL,
                                .from_name = module_name(p, name),
                                .span = parse_span(p, name),
                                .type_only = type_only || marked_type(c)});
    }
}

static void export_all(Parse *p, Cst n, Cst source, bool type_only) {
    uint32_t from = request(p, source, !type_only);
    Cst as = cst_child(n, CST_NAMESPACE_EXPORT);
    if (as == NULL) {
        vec_push(p->a, &p->m->star_exports, from);
    } else if (cst_last(as) != NULL) {
        vec_push(p->a, &p->m->exports,
                 (Export){.name = module_name(p, cst_last(as)),
                          .kind = EXPORT_FROM,
                          .request = from,
                          .span = parse_span(p, as),
                          .type_only = type_only});
    }
}

static Node *export_default(Parse *p, Cst n, Cst value) {
    Node *node = parse_node(p, N_EXPORT_DEFAULT, n);
    node->u.unary.operand = parse_expr(p, value);
    parse_name_value(node->u.unary.operand, p->sym_default);
    export_push(p,
                (Export){.name = p->sym_default, .kind = EXPORT_DEFAULT_EXPR, .span = node->span});
    return node;
}

// `export default function () {}` is hoisted like a named one; its binding has a name that no code
// has.
static Node *anonymous_function(Parse *p, Cst n, Cst value) {
    Node *fn = parse_function(p, value, N_FUNCTION_DECL, 0, FRAME_FUNCTION);
    if (fn->u.fn->self == NULL) {
        fn->u.fn->self = parse_node(p, N_IDENT, value);
        fn->u.fn->self->span.end = fn->u.fn->self->span.start + 1;
        fn->u.fn->self->u.ident.name = sym_lit(p->lc->interner, "*default*");
    }
    if (fn->u.fn->name == 0)
        fn->u.fn->name = p->sym_default;
    fn->span = parse_span(p, n);
    export_declared(p, fn, p->sym_default);
    return fn;
}

static Node *export_assignment(Parse *p, Cst n) {
    Node *node = parse_node(p, N_EXPORT_ASSIGN, n);
    node->u.unary.operand = parse_expr(p, cst_last(n));
    return node;
}

static bool is_function(Cst n) {
    return n->kind == CST_FUNCTION || n->kind == CST_GENERATOR;
}

Node *parse_export(Parse *p, Cst n) {
    check_top(p, n, "export");
    if (p->namespace_exports == NULL)
        vec_push(p->a, &p->m->export_spans, parse_span(p, n));
    Cst source = cst_field(n, CF_SOURCE);
    Cst declaration = cst_field(n, CF_DECLARATION);
    Cst value = cst_field(n, CF_VALUE);
    Cst clause = cst_child(n, CST_EXPORT_CLAUSE);
    bool type_only = cst_has(n, CST_T_TYPE) ||
                     (source != NULL && clause == NULL && word_at(p, n->start + 6, "type"));
    Sym as = cst_has(n, CST_T_DEFAULT) ? p->sym_default : 0;
    if (declaration != NULL) {
        Node *node = parse_stmt(p, declaration);
        if (as != 0 && (node->kind == N_VAR || node->kind == N_ENUM)) {
            diag_error(p->lc->diags, P0106, node->span,
                       "`export default` takes an expression, a function or a class");
            p->m->has_errors = true;
        }
        export_declared(p, node, as);
        if (node->kind == N_CLASS_DECL)
            parse_decorators_before(p, n, node);
        return node;
    }
    if (value != NULL) {
        return is_function(value) ? anonymous_function(p, n, value) : export_default(p, n, value);
    }
    if (clause != NULL && source == NULL) {
        export_clause(p, clause, type_only);
    } else if (clause != NULL) {
        export_from(p, n, source, type_only);
    } else if (source != NULL) {
        export_all(p, n, source, type_only);
    } else if (cst_has(n, CST_T_ASSIGN)) {
        return export_assignment(p, n);
    }
    return parse_node(p, source != NULL ? N_IMPORT : N_EMPTY, n);
}
