// docs/permissions.md, made from the kinds.
//
// Input: the table of kinds. Output: Markdown.
// Invariant: the page says what the roles get, since both come from the same rows.
#include "generator/generator.h"

static void cell_list(Buf *b, const char *const *list) {
    for (const char *const *p = list; p && *p; p++)
        buf_printf(b, "%s`%s`", p == list ? "" : ", ", *p);
}

static bool has_actions(const Kind *k) {
    for (const Op *op = k->ops; op && op->name; op++)
        if (op->actions)
            return true;
    return false;
}

static void operations(Buf *b, const Kind *k) {
    buf_puts(b, "| operation | what it does | actions |\n| --- | --- | --- |\n");
    for (const Op *op = k->ops; op->name; op++) {
        if (!op->actions)
            continue;
        buf_printf(b, "| `%s`%s | %s | ", op->name, op->role == OP_LIBRARY ? " (libraries)" : "",
                   op->doc);
        cell_list(b, op->actions);
        buf_puts(b, " |\n");
    }
    buf_putc(b, '\n');
}

static void identities(Buf *b, const Kind *k) {
    for (const Property *p = k->properties; p && p->name; p++) {
        if (!p->permits)
            continue;
        buf_printf(b, "Whoever gets `%s` and is not known below may: ", p->name);
        cell_list(b, p->permits);
        if (p->permits_streaming) {
            buf_puts(b, "; and through methods that start with `stream`: ");
            cell_list(b, p->permits_streaming);
        }
        buf_puts(b, ".\n\n");
    }
}

static void consumers(Buf *b, const Kind *k) {
    if (!k->consumers || !k->consumers->module)
        return;
    buf_puts(b, "| library | given | may |\n| --- | --- | --- |\n");
    for (const Consumer *c = k->consumers; c->module; c++) {
        buf_printf(b, "| `%s` of `%s` | `%s` | ", c->name, c->module, c->property);
        cell_list(b, c->operations);
        buf_puts(b, " |\n");
    }
    buf_putc(b, '\n');
}

Str permissions_markdown(Arena *a, const KindTable *kinds) {
    Buf b = buf_new(a);
    buf_puts(
        &b,
        "# Permissions\n\n"
        "Each function has a role of its own. It holds the actions of the operations that the\n"
        "function's code can reach, each on the one resource it was found to act on, and the\n"
        "right to write the function's own log. `pluto graph` shows where in\n"
        "the program an operation was found.\n\n"
        "This page is made from the files in `generator/kinds/`; a test compares the two.\n\n"
        "Every function: `logs:CreateLogStream`, `logs:PutLogEvents` on the streams of its own\n"
        "log group. A function that reads the `url()` of a function with `url: \"iam\"`:\n"
        "`lambda:InvokeFunctionUrl` and, for calls that come by the URL only,\n"
        "`lambda:InvokeFunction` on that function.\n\n"
        "The role of a model's container: pulling its image, reading its data in S3 where it\n"
        "has some, writing the endpoint's log group and metrics; of an asynchronous endpoint also\n"
        "reading its questions and writing its answers. `ecr:GetAuthorizationToken`\n"
        "and `cloudwatch:PutMetricData` know no resources; the latter is limited to\n"
        "SageMaker's namespaces.\n");
    for (uint32_t i = 0; i < kinds->n; i++) {
        const Kind *k = kinds->at[i];
        buf_printf(&b, "\n## %s\n\n%s.%s\n\n", k->name, k->doc,
                   k->lowering ? "" : " Graphs show it; it has no template yet.");
        if (has_actions(k)) {
            operations(&b, k);
            identities(&b, k);
            consumers(&b, k);
        } else {
            buf_puts(&b, "Handlers call nothing of it that needs a permission.\n");
        }
        while (b.n > 1 && b.p[b.n - 1] == '\n' && b.p[b.n - 2] == '\n')
            b.n--;
    }
    return buf_str(&b);
}
