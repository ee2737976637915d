// Packages: what the deducer cut out goes to the pack adapter, what that has to say comes back as
// diagnostics at their places.
//
// Input: a Compile with slices. Output: packages, diagnostics, packages.json. Invariant: a package
// is for the processor and the version of Node.js that the template says.

#include "cli/packages.h"
#include "cli/json.h"
#include "cli/report.h"

#include <unistd.h>

bool packer_open(Arena *a, Packer *out, Err *err) {
    Str lib;
    *out = (Packer){.api = adapters_pack(a, err)};
    if (!out->api || !adapters_folder(a, &lib, err))
        return false;
    out->pack = out->api->open(a, lib, err);
    return out->pack != NULL;
}

void packer_close(Packer *p) {
    if (p->pack)
        p->api->close(p->pack);
    p->pack = NULL;
}

// ---- In -----------------------------------------------------------------------------------------

static const CodeAsset *code_of(const Output *output, Str function) {
    for (uint32_t i = 0; i < output->code.n; i++)
        if (str_eq(output->code.at[i].function, function))
            return &output->code.at[i];
    BUG("the template has no code for `%.*s`", STR_ARG(function));
}

static bool is_true(const ArchValue *v) {
    return v && v->type == ARCH_BOOL && v->boolean;
}

bool function_is_raw(const Arch *arch, const ArchResource *f) {
    if (is_true(arch_find(arch_find(f->arguments, "options"), "raw")))
        return true;
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const ArchEdge *e = &arch->edges.at[i];
        if (e->type == EDGE_TRIGGER && str_eq(e->to, f->id) &&
            is_true(arch_find(e->arguments, "raw")))
            return true;
    }
    return false;
}

static PackModule module_of(Arena *a, const SliceModule *m) {
    PackImport *imports = arena_array(a, PackImport, m->imports.n);
    for (uint32_t i = 0; i < m->imports.n; i++)
        imports[i] = (PackImport){m->imports.at[i].specifier, m->imports.at[i].module};
    return (PackModule){m->path, m->text, imports, m->imports.n};
}

static PackFunction function_of(Arena *a, const Compile *c, const Slice *slice) {
    const ArchResource *r = arch_resource(c->arch, slice->function);
    const CodeAsset *code = code_of(&c->output, slice->function);
    PackModule *modules = arena_array(a, PackModule, slice->modules.n);
    if (!r)
        BUG("a slice of `%.*s`, which is not in the graph", STR_ARG(slice->function));
    for (uint32_t i = 0; i < slice->modules.n; i++)
        modules[i] = module_of(a, &slice->modules.at[i]);
    return (PackFunction){
        .id = r->id,
        .name = r->name,
        .key = slice->key,
        .raw = function_is_raw(c->arch, r),
        .architecture = code->architecture,
        .runtime = code->runtime,
        .modules = modules,
        .module_count = slice->modules.n,
        .checked = slice->environment.at,
        .checked_count = slice->environment.n,
    };
}

// ---- Out ----------------------------------------------------------------------------------------

static Code code_for(PackTopic topic) {
    switch (topic) {
    case PACK_IMPORT:
        return P0701;
    case PACK_CODE:
        return P0702;
    case PACK_SIZE:
        return P0703;
    case PACK_MOVED:
        return P0704;
    case PACK_NATIVE:
        return P0705;
    }
    BUG("a message of topic %d", (int)topic);
}

// The whole string literal, where one starts there.
static uint32_t end_of(Str text, uint32_t start) {
    char quote = start < text.n ? text.p[start] : 0;
    uint32_t end = start + 1;
    if (quote != '"' && quote != '\'' && quote != '`')
        return start;
    while (end < text.n && text.p[end] != quote && text.p[end] != '\n')
        end++;
    return end < text.n && text.p[end] == quote ? end + 1 : start;
}

static Span span_of(Sources *sources, const PackMessage *m) {
    FileId file = m->line ? sources_find(sources, m->file) : 0;
    if (!file)
        return SPAN_NONE;
    Str text = sources_get(sources, file)->text;
    uint32_t start = source_offset(sources, file, (LineCol){m->line, 1}) + m->column - 1;
    if (start > text.n)
        start = text.n;
    return (Span){file, start, end_of(text, start)};
}

static void message_report(Session *s, const PackMessage *m) {
    Span span = span_of(s->sources, m);
    Code code = code_for(m->topic);
    Str text = m->text;
    if (!span.file && m->file.n)
        text = m->line ? str_fmt(s->arena, "%.*s (%.*s:%u:%u)", STR_ARG(text), STR_ARG(m->file),
                                 m->line, m->column)
                       : str_fmt(s->arena, "%.*s (%.*s)", STR_ARG(text), STR_ARG(m->file));
    Diag *d = m->error ? diag_error(s->diags, code, span, "%.*s", STR_ARG(text))
                       : diag_warning(s->diags, code, span, "%.*s", STR_ARG(text));
    if (m->help.n)
        diag_help(d, "%.*s", STR_ARG(m->help));
}

static bool absolute(Arena *a, Str path, Str *out, Err *err) {
    enum { FOLDER_MAX = 4096 };
    char here[FOLDER_MAX];
    if (str_starts(path, "/"))
        return *out = path_normal(a, path), true;
    if (!getcwd(here, sizeof here))
        return err_set(err, ERR_IO, "cannot find out which folder this is");
    *out = path_normal(a, path_join(a, str_dup(a, str_of(here)), path));
    return true;
}

bool packages_make(Session *s, const Packer *p, const Compile *c, const PackageOptions *how,
                   PackOutput *out, Err *err) {
    PackFunction *functions = arena_array(s->arena, PackFunction, c->slices.n);
    for (uint32_t i = 0; i < c->slices.n; i++)
        functions[i] = function_of(s->arena, c, &c->slices.at[i]);
    PackInput in = {
        .root = c->project.root,
        .functions = functions,
        .function_count = c->slices.n,
        .zip = how->zip,
        .minify = how->minify,
    };
    *out = (PackOutput){0};
    if (!absolute(s->arena, how->out, &in.out, err) ||
        !p->api->pack(p->pack, s->arena, &in, out, err))
        return false;
    for (uint32_t i = 0; i < out->messages.n; i++)
        message_report(s, &out->messages.at[i]);
    return true;
}

// ---- pluto build --------------------------------------------------------------------------------

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddStringToObject(object, name, str_cstr(a, value));
}

// By the key a package has its place in a bucket: what is there already need not be sent again.
static Str list_json(Arena *a, const Compile *c, const PackOutput *out) {
    cJSON *json = cJSON_CreateObject();
    for (uint32_t i = 0; i < out->packages.n; i++) {
        const Package *p = &out->packages.at[i];
        Str name = arch_resource(c->arch, p->id)->name;
        cJSON *row = cJSON_AddObjectToObject(json, str_cstr(a, p->id));
        set(a, row, "file", str_fmt(a, "functions/%.*s.zip", STR_ARG(name)));
        set(a, row, "key", str_fmt(a, "%.*s-%.*s.zip", STR_ARG(name), STR_ARG(p->hash)));
        set(a, row, "sha256", p->hash);
        cJSON_AddNumberToObject(row, "bytes", (double)p->bytes);
        cJSON_AddNumberToObject(row, "unpacked", (double)p->unpacked);
    }
    Str list = str_cat(a, json_indented(a, json), STR("\n"));
    cJSON_Delete(json);
    return list;
}

int packages_build_with(Session *s, const Packer *packer, const Compile *c, Str folder,
                        PackOutput *out) {
    Err err = {0};
    PackageOptions how = {.out = folder, .zip = true, .minify = true};
    Diags *compiled = s->diags; // has been reported
    s->diags = diags_open(s->sources);
    bool good = packages_make(s, packer, c, &how, out, &err);
    int code = good ? report_diags(s) : report_err(s, &err);
    diags_close(s->diags);
    s->diags = compiled;
    if (code != EXIT_DONE)
        return code;
    Str path = path_join(s->arena, folder, STR("packages.json"));
    return report_file(s, path, list_json(s->arena, c, out), EXIT_DONE);
}

int packages_build(Session *s, const Compile *c, Str folder, PackOutput *out) {
    Err err = {0};
    Packer packer = {0};
    int code = packer_open(s->arena, &packer, &err)
                   ? packages_build_with(s, &packer, c, folder, out)
                   : report_err(s, &err);
    packer_close(&packer);
    return code;
}

static const double MEGABYTE = 1024.0 * 1024, LAMBDA_UNPACKED = 250;

int packages_summary(const Session *s, Str folder, const PackOutput *out) {
    Buf b = buf_new(s->arena);
    if (s->args.quiet)
        return EXIT_DONE;
    for (uint32_t i = 0; i < out->packages.n; i++) {
        const Package *p = &out->packages.at[i];
        double unpacked = (double)p->unpacked / MEGABYTE;
        Str file = path_join(s->arena, STR("functions"), path_base(p->zip));
        Str path = str_visible(s->arena, path_join(s->arena, folder, file));
        buf_printf(&b, "%s %.*s  %.1f MB, unpacked %.1f MB: %.1f %% of Lambda's limit\n",
                   p->reused ? "kept " : "wrote", STR_ARG(path), (double)p->bytes / MEGABYTE,
                   unpacked, unpacked / LAMBDA_UNPACKED * 100);
    }
    return report_output(s, buf_str(&b), EXIT_DONE);
}
