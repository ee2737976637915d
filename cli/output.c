// The files that build and generate leave behind, and what they say of them.
//
// Input: a folder and what the generator made. Output: files, each there whole or not at all.
// Invariant: the main template comes last, so whoever finds it finds its nested templates too.

#include "cli/output.h"
#include "cli/report.h"

int output_template(const Session *s, Str folder, const Output *output) {
    for (uint32_t i = 0; i < output->nested.n; i++) {
        const TemplateFile *file = &output->nested.at[i];
        int code = report_file(s, path_join(s->arena, folder, file->file), file->json, EXIT_DONE);
        if (code != EXIT_DONE)
            return code;
    }
    Str path = path_join(s->arena, folder, output->main.file);
    return report_file(s, path, output->main.json, EXIT_DONE);
}

static void line_put(const Session *s, Buf *b, Str folder, Str file, Str what) {
    Str path = str_visible(s->arena, path_join(s->arena, folder, file));
    buf_printf(b, "wrote %.*s  %.*s\n", STR_ARG(path), STR_ARG(what));
}

static Str count_text(Arena *a, uint32_t n, const char *what) {
    return str_fmt(a, "%u %s%s", n, what, n == 1 ? "" : "s");
}

int output_summary(const Session *s, Str folder, const Arch *arch, const Output *output) {
    if (s->args.quiet)
        return EXIT_DONE;
    Arena *a = s->arena;
    Buf b = buf_new(a);
    if (arch) {
        Str resources = count_text(a, arch->resources.n, "resource");
        Str edges = count_text(a, arch->edges.n, "edge");
        Str what = str_fmt(a, "%.*s, %.*s", STR_ARG(resources), STR_ARG(edges));
        line_put(s, &b, folder, STR("arch.json"), what);
    }
    line_put(s, &b, folder, output->main.file, count_text(a, output->main.json.n, "byte"));
    for (uint32_t i = 0; i < output->nested.n; i++) {
        const TemplateFile *file = &output->nested.at[i];
        line_put(s, &b, folder, file->file, count_text(a, file->json.n, "byte"));
    }
    return report_output(s, buf_str(&b), EXIT_DONE);
}
