// The style sheet of the SVG view.
//
// Input: whether marks and references occur. Output: a <style>. Invariant: every selector starts at
// the picture's root and names parts of ours, so that the picture can stand in a page; all text has
// a contrast of 4.5 or more on what it stands on, in both themes. Dark is one media rule, which a
// page may switch.
#include "generator/views/svg.h"

static const char frames[] =
    ".pluto{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,"
    "sans-serif;font-size:12px}\n"
    ".pluto>.card{fill:#fff;stroke:#d1d9e0}\n"
    ".pluto .group>.frame{fill:#f6f8fa;stroke:#d1d9e0}\n"
    ".pluto .inner>.frame{fill:#edf1f5}\n"
    ".pluto .group>.title{fill:#57606a;font-weight:600}\n"
    ".pluto .group>.sort{fill:none;stroke:#57606a;stroke-width:1.2;stroke-linejoin:round}\n"
    ".pluto .node>.body{fill:#fff;stroke:#c3ccd5}\n"
    ".pluto .node>.kind,.pluto .caption>.hint,.pluto>.none{fill:#57606a}\n"
    ".pluto .node>.name{fill:#1f2328;font-size:14px;font-weight:600}\n"
    ".pluto .open{fill:#a8410a}\n"
    ".pluto .globe{fill:none;stroke:#a8410a;stroke-width:1.1}\n"
    ".pluto .caption>.project{fill:#1f2328;font-weight:600}\n";

static const char lines[] =
    ".pluto .line{fill:none;stroke-width:1.5}\n"
    ".pluto .trigger>.line{stroke:#0f766e;stroke-width:2.25}\n"
    ".pluto .trigger>.head{fill:#0f766e}\n"
    ".pluto .call>.line{stroke:#4f46e5}\n"
    ".pluto .call>.head{fill:#4f46e5}\n"
    ".pluto .read>.line{stroke:#667085;stroke-dasharray:1 4;stroke-width:2;stroke-linecap:round}\n"
    ".pluto .read>.head{fill:none;stroke:#667085;stroke-width:1.5}\n"
    ".pluto .edge>.label{stroke:#fff;stroke-width:3px;stroke-linejoin:round;"
    "paint-order:stroke;text-anchor:middle}\n"
    ".pluto .trigger>.label{fill:#0f6b63}\n"
    ".pluto .call>.label{fill:#4338ca}\n"
    ".pluto .read>.label{fill:#57606a}\n";

static const char refs[] = ".pluto .pill{fill:#fff;stroke:#8c96a1;stroke-dasharray:4 3}\n"
                           ".pluto .ref>.name{fill:#1f2328;font-weight:600}\n"
                           ".pluto .node>.kind>.refs{font-weight:600}\n";

static const char marks[] =
    ".pluto .added>.body,.pluto .added>.line{stroke:#1a7f37}\n"
    ".pluto .removed>.body,.pluto .removed>.line{stroke:#cf222e}\n"
    ".pluto .changed>.body,.pluto .changed>.line{stroke:#9a6700}\n"
    ".pluto .added>.body,.pluto .removed>.body,.pluto .changed>.body{stroke-width:2}\n"
    ".pluto .removed>.body{stroke-dasharray:5 3}\n"
    ".pluto .added>.head{fill:#1a7f37}\n"
    ".pluto .removed>.head{fill:#cf222e}\n"
    ".pluto .changed>.head{fill:#9a6700}\n"
    ".pluto .added>.label,.pluto .added>.badge,.pluto .caption>.added{fill:#116329}\n"
    ".pluto .removed>.label,.pluto .removed>.badge,.pluto .caption>.removed{fill:#b31d28}\n"
    ".pluto .changed>.label,.pluto .changed>.badge,.pluto .caption>.changed{fill:#7d5200}\n"
    ".pluto .read.added>.head{fill:none;stroke:#1a7f37}\n"
    ".pluto .read.removed>.head{fill:none;stroke:#cf222e}\n"
    ".pluto .read.changed>.head{fill:none;stroke:#9a6700}\n"
    ".pluto .removed>.name{text-decoration:line-through}\n"
    ".pluto .node>.sign{fill:#fff;font-size:14px;font-weight:700;text-anchor:middle}\n";

static const char dark[] =
    ".pluto>.card{fill:#0d1117;stroke:#30363d}\n"
    ".pluto .group>.frame{fill:#131921;stroke:#30363d}\n"
    ".pluto .inner>.frame{fill:#1a212b}\n"
    ".pluto .group>.title,.pluto .node>.kind,.pluto .caption>.hint,.pluto>.none{fill:#9ba5b0}\n"
    ".pluto .group>.sort{stroke:#9ba5b0}\n"
    ".pluto .node>.body{fill:#1c232d;stroke:#4b5562}\n"
    ".pluto .node>.name,.pluto .caption>.project{fill:#f0f6fc}\n"
    ".pluto .open{fill:#fdba74}\n"
    ".pluto .globe{stroke:#fdba74}\n"
    ".pluto .trigger>.line{stroke:#2dd4bf}\n"
    ".pluto .trigger>.head{fill:#2dd4bf}\n"
    ".pluto .call>.line{stroke:#a5b4fc}\n"
    ".pluto .call>.head{fill:#a5b4fc}\n"
    ".pluto .read>.line,.pluto .read>.head{stroke:#9ba5b0}\n"
    ".pluto .edge>.label{stroke:#0d1117}\n"
    ".pluto .trigger>.label{fill:#5eead4}\n"
    ".pluto .call>.label{fill:#c7d2fe}\n"
    ".pluto .read>.label{fill:#b6bfc9}\n";

static const char dark_refs[] = ".pluto .pill{fill:#1c232d;stroke:#6b7684}\n"
                                ".pluto .ref>.name{fill:#f0f6fc}\n";

static const char dark_marks[] =
    ".pluto .added>.body,.pluto .added>.line,.pluto .read.added>.head{stroke:#3fb950}\n"
    ".pluto .removed>.body,.pluto .removed>.line,.pluto .read.removed>.head{stroke:#ff7b72}\n"
    ".pluto .changed>.body,.pluto .changed>.line,.pluto .read.changed>.head{stroke:#e3b341}\n"
    ".pluto .added>.head,.pluto .added>.label,.pluto .added>.badge,.pluto .caption>.added"
    "{fill:#3fb950}\n"
    ".pluto .removed>.head,.pluto .removed>.label,.pluto .removed>.badge,.pluto .caption>.removed"
    "{fill:#ff7b72}\n"
    ".pluto .changed>.head,.pluto .changed>.label,.pluto .changed>.badge,.pluto .caption>.changed"
    "{fill:#e3b341}\n"
    ".pluto .read.edge>.head{fill:none}\n"
    ".pluto .node>.sign{fill:#0d1117}\n";

void svg_style(Svg *v) {
    buf_puts(&v->out, "<style>\n");
    buf_puts(&v->out, frames);
    buf_puts(&v->out, lines);
    if (v->scene.refs.n)
        buf_puts(&v->out, refs);
    if (v->marked)
        buf_puts(&v->out, marks);
    buf_puts(&v->out, "@media (prefers-color-scheme:dark){\n");
    buf_puts(&v->out, dark);
    if (v->scene.refs.n)
        buf_puts(&v->out, dark_refs);
    if (v->marked)
        buf_puts(&v->out, dark_marks);
    buf_puts(&v->out, "}\n</style>\n");
}
