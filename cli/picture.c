// A graph in the format asked for.
//
// Input: the command's arguments and a graph. Output: its text, and where it goes. Invariant: the
// format follows from the command line alone, never from what the standard output is.
#include "cli/picture.h"
#include "cli/slices.h"

typedef struct Ending {
    const char *ending;
    GraphFormat format;
} Ending;

static const Ending endings[] = {
    {".svg", FORMAT_SVG},     {".html", FORMAT_HTML}, {".htm", FORMAT_HTML},
    {".dot", FORMAT_DOT},     {".gv", FORMAT_DOT},    {".mmd", FORMAT_MERMAID},
    {".json", FORMAT_JSON},   {".txt", FORMAT_TEXT},  {".mermaid", FORMAT_MERMAID},
    {".md", FORMAT_MARKDOWN},
};

static GraphFormat format_of(const Args *args) {
    if (args->given & TAKES(O_FORMAT))
        return (GraphFormat)args->format;
    for (unsigned i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_ends(args->output, endings[i].ending))
            return endings[i].format;
    return args->open ? FORMAT_HTML : FORMAT_TEXT;
}

bool picture_format(Session *s, Err *err) {
    static const char *const names[] = {[FORMAT_TEXT] = "text",
                                        [FORMAT_JSON] = "json",
                                        [FORMAT_DOT] = "dot",
                                        [FORMAT_MERMAID] = "mermaid",
                                        [FORMAT_SVG] = "svg",
                                        [FORMAT_HTML] = "html",
                                        [FORMAT_MARKDOWN] = "markdown",
                                        [FORMAT_SLICES] = "slices",
                                        [FORMAT_WHOLE_SLICES] = "whole-slices"};
    GraphFormat format = format_of(&s->args);
    s->args.format = format;
    if (format == FORMAT_MARKDOWN && !s->args.diff.n) {
        err_set(err, ERR_USAGE, "Markdown is written for comparisons only");
        err_hint(err, "add --diff REV|FILE, or take --format mermaid");
        return false;
    }
    if (s->args.open && format != FORMAT_SVG && format != FORMAT_HTML) {
        err_set(err, ERR_USAGE, "`--open` opens pictures, and %s is none", names[format]);
        err_hint(err, "take --format html or --format svg");
        return false;
    }
    return true;
}

Str picture_draw(Session *s, const Compile *c, GraphFormat format, const ViewMarks *marks,
                 bool live) {
    Arena *a = s->arena;
    bool color = s->args.output.n ? s->args.color == COLOR_ALWAYS : s->color_out;
    HtmlInput page = {c->arch, &kind_table, &c->project.settings.generate, s->sources, marks, live};
    switch (format) {
    case FORMAT_TEXT:
        return view_text(a, c->arch, &kind_table, color);
    case FORMAT_JSON:
        return arch_to_json(a, c->arch);
    case FORMAT_DOT:
        return view_dot(a, c->arch, &kind_table, marks);
    case FORMAT_MERMAID:
        return view_mermaid(a, c->arch, &kind_table, marks);
    case FORMAT_SVG:
        return view_svg(a, c->arch, &kind_table, marks);
    case FORMAT_HTML:
        return view_html(a, &page);
    case FORMAT_SLICES:
    case FORMAT_WHOLE_SLICES:
        return slices_json(a, &c->slices);
    case FORMAT_MARKDOWN:
        break;
    }
    BUG("no picture in format %u", format);
}

Str picture_path(Session *s, const Compile *c) {
    Str file = s->args.format == FORMAT_SVG ? STR("graph.svg") : STR("graph.html");
    Str below = str_fmt(s->arena, ".pluto/%.*s/%.*s", STR_ARG(c->arch->stack), STR_ARG(file));
    return path_join(s->arena, c->project.root.n ? c->project.root : STR("."), below);
}
