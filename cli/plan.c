// Plans of deployments, from files and from what was generated.
//
// In: templates. Out: the sides of a plan; the plan on the standard output.
// Invariant: a template is read as data; what is no template is said with its file's name.

#include "cli/plan.h"
#include "cli/report.h"

#include <cjson/cJSON.h>

enum { TEMPLATE_MAX = 16 << 20 };

PlanSide plan_side_of(Arena *a, const Output *output) {
    PlanTemplateVec all = {0};
    vec_push(a, &all, (PlanTemplate){.json = output->main.json});
    for (uint32_t i = 0; i < output->nested.n; i++)
        vec_push(a, &all, (PlanTemplate){output->nested.at[i].id, output->nested.at[i].json});
    return (PlanSide){.templates = all.at, .template_count = all.n};
}

static Str nested_file(Arena *a, Str folder, const char *id) {
    char *lower = str_cstr(a, str_of(id));
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return path_join(a, folder, str_fmt(a, "template-%s.json", lower));
}

// Nested templates lie beside the main one. One that does not is left out: its stack's resource
// still says that it changed.
static void add_nested(Session *s, Str folder, Str main, PlanTemplateVec *all) {
    cJSON *tree = cJSON_ParseWithLength(main.p, main.n);
    const cJSON *resources = cJSON_GetObjectItemCaseSensitive(tree, "Resources");
    for (const cJSON *r = resources ? resources->child : NULL; r; r = r->next) {
        const cJSON *type = cJSON_GetObjectItemCaseSensitive(r, "Type");
        Err err = {0};
        PlanTemplate nested = {str_dup(s->arena, str_of(r->string)), STR_EMPTY};
        if (cJSON_IsString(type) &&
            str_is(str_of(type->valuestring), "AWS::CloudFormation::Stack") &&
            s->host->read_file(s->host, s->arena, nested_file(s->arena, folder, r->string),
                               TEMPLATE_MAX, &nested.json, &err))
            vec_push(s->arena, all, nested);
    }
    cJSON_Delete(tree);
}

bool plan_side_read(Session *s, Str path, PlanSide *out, Err *err) {
    bool folder = s->host->type(s->host, path) == HOST_DIR;
    Str file = folder ? path_join(s->arena, path, STR("template.json")) : path;
    Str main = STR_EMPTY;
    if (!s->host->read_file(s->host, s->arena, file, TEMPLATE_MAX, &main, err))
        return false;
    PlanTemplateVec all = {0};
    vec_push(s->arena, &all, (PlanTemplate){.json = main});
    add_nested(s, path_dir(file), main, &all);
    *out = (PlanSide){.templates = all.at, .template_count = all.n};
    return true;
}

int plan_show(const Session *s, const Plan *plan) {
    bool warns = plan->widens || plan->publishes || plan->loses_data;
    int code = warns && !s->args.exit_zero ? EXIT_WIDENS : EXIT_DONE;
    Str text = s->args.json ? plan_json(s->arena, plan) : plan_text(s->arena, plan, s->color_out);
    return report_output(s, text, code);
}
