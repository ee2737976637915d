// Any graph, drawn: no crash, and no name ends the text, the attribute or the quoted word that it
// stands in, in any language. Marks are taken from the input's bytes.

#include "generator/views.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ViewMark *marks_of(Arena *a, const uint8_t *data, size_t size, uint32_t count) {
    ViewMark *marks = arena_array(a, ViewMark, count);
    for (uint32_t i = 0; i < count; i++)
        marks[i] = (ViewMark)(data[i % size] % 4);
    return marks;
}

// Where a tag ends that starts at `at`; a '<' within it, or an end within quotes, is a name's
// doing.
static uint32_t tag_end(Str svg, uint32_t at) {
    bool quoted = false;
    for (at++; at < svg.n; at++) {
        if (svg.p[at] == '"')
            quoted = !quoted;
        if (svg.p[at] == '<' || (svg.p[at] == '>' && quoted))
            break;
        if (svg.p[at] == '>')
            return at;
    }
    BUG("a broken tag at byte %u", at);
}

// Tags open and close, and there is nothing between them that XML does not hold.
static void check_svg(Str svg) {
    int64_t depth = 0;
    for (uint32_t at = 0; at < svg.n; at++) {
        unsigned char c = (unsigned char)svg.p[at];
        BUG_IF((c < 0x20 && c != '\n') || c == 0x7F);
        if (c != '<')
            continue;
        bool closes = at + 1 < svg.n && svg.p[at + 1] == '/';
        at = tag_end(svg, at);
        if (closes)
            depth--;
        else if (svg.p[at - 1] != '/')
            depth++;
        BUG_IF(depth < 0);
    }
    BUG_IF(depth != 0);
    uint32_t bad;
    BUG_IF(!utf8_valid(svg, &bad));
}

// No line ends within quotes.
static void check_quotes(Str text, bool backslash) {
    bool quoted = false;
    for (uint32_t i = 0; i < text.n; i++) {
        if (backslash && text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"')
            quoted = !quoted;
        else if (text.p[i] == '\n' && quoted)
            BUG("an open quote at byte %u", i);
    }
    BUG_IF(quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size || size > 1 << 16)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Str json = {(const char *)data, (uint32_t)size};
    Arch *arch = arch_from_json(&a, json, STR("arch.json"), &kind_table, ds);
    if (arch) {
        ViewMarks marks = {marks_of(&a, data, size, arch->resources.n),
                           marks_of(&a, data, size, arch->edges.n), NULL};
        for (int marked = 0; marked < 2; marked++) {
            const ViewMarks *m = marked ? &marks : NULL;
            check_svg(view_svg(&a, arch, &kind_table, m));
            check_quotes(view_dot(&a, arch, &kind_table, m), true);
            check_quotes(view_mermaid(&a, arch, &kind_table, m), false);
        }
    }
    diags_close(ds);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
