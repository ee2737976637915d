// The limits of CloudFormation.
//
// Input: templates, after they have been divided. Output: a P0503 for each limit that is exceeded.
// Invariant: what passes is not refused for its size; each message has the number, the limit and
// the resource that contributes most.
#include "generator/cfn/limits.h"

enum { TAGS_MAX = 50 };

typedef struct Share {
    Str owner;
    uint32_t count;
} Share;

// The owner of most of the template's resources.
static Share largest_share(const Template *t) {
    Share most = {0};
    Map counts = map_new(t->arena);
    for (uint32_t i = 0; i < t->resources.n; i++) {
        Str owner = t->resources.at[i].owner;
        Share *share = map_find(&counts, owner);
        if (!share) {
            share = arena_new(t->arena, Share);
            share->owner = owner;
            map_set(&counts, owner, share);
        }
        if (++share->count > most.count)
            most = *share;
    }
    return most;
}

static Diag *exceeded(Gen *g, Str culprit, const char *what, size_t count, int max) {
    const ArchResource *r = culprit.n ? gen_node(g, culprit)->resource : &g->arch->resources.at[0];
    return gen_error(g, P0503, r, "a template has %zu %s, CloudFormation allows %d", count, what,
                     max);
}

static Str culprit_of(const Template *t) {
    return largest_share(t).owner;
}

bool limits_exceeded(const Template *t) {
    return t->resources.n > RESOURCES_MAX || t->parameters.n > PARAMETERS_MAX ||
           t->outputs.n > OUTPUTS_MAX;
}

// Outputs of the main template are for people: where there are too many, URLs stay before names.
void limits_trim_outputs(Template *t) {
    uint32_t kept = 0;
    if (t->outputs.n <= OUTPUTS_MAX)
        return;
    for (int urls = 1; urls >= 0; urls--)
        for (uint32_t i = kept; i < t->outputs.n && kept < OUTPUTS_MAX; i++) {
            if (str_ends(t->outputs.at[i].id, "Url") != (urls == 1))
                continue;
            TemplatePart part = t->outputs.at[i];
            t->outputs.at[i] = t->outputs.at[kept];
            t->outputs.at[kept++] = part;
        }
    while (t->outputs.n > kept)
        cJSON_Delete(t->outputs.at[--t->outputs.n].json);
}

void limits_check(Gen *g, const Template *t) {
    if (t->resources.n > RESOURCES_MAX) {
        Share most = largest_share(t);
        Diag *d = exceeded(g, most.owner, "resources", t->resources.n, RESOURCES_MAX);
        diag_note(d, "`%.*s` alone makes %u of them", STR_ARG(most.owner), most.count);
        diag_help(d, "divide the application into several projects");
    }
    if (t->parameters.n > PARAMETERS_MAX) {
        Diag *d = exceeded(g, culprit_of(t), "parameters", t->parameters.n, PARAMETERS_MAX);
        diag_note(d, "each environment variable that a handler reads is one");
        diag_help(d, "read fewer variables, or set them in `envs`");
    }
    if (t->outputs.n > OUTPUTS_MAX) {
        Diag *d = exceeded(g, culprit_of(t), "outputs", t->outputs.n, OUTPUTS_MAX);
        diag_help(d, "divide the application into several projects");
    }
}

void limits_check_text(Gen *g, Str text, Str largest) {
    if (text.n <= TEMPLATE_MAX)
        return;
    Diag *d = exceeded(g, largest, "bytes", text.n, TEMPLATE_MAX);
    if (largest.n)
        diag_note(d, "its largest resource is one of `%.*s`", STR_ARG(largest));
    diag_help(d, "divide the application into several projects");
}

void limits_check_tags(Gen *g) {
    uint32_t count = g->settings->tags.n + 3; // those that pluto adds
    if (count > TAGS_MAX)
        diag_error_at(g->diags, P0503, STR("pluto.yml"), (LineCol){1, 1},
                      "there are %u tags with those of pluto, AWS allows %d", count, (int)TAGS_MAX);
}
