// pluto drift: what somebody changed past the deployment.
//
// Input: the project's stack at AWS. Output: resources that are not as they were deployed, value by
// value. Invariant: nothing is put back; the exit code says whether there is any.

#include "cli/deploy/deploy.h"
#include "cli/json.h"
#include "cli/report.h"

#include <cjson/cJSON.h>

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddItemToObject(object, name,
                          value.n ? cJSON_CreateString(str_cstr(a, value)) : cJSON_CreateNull());
}

static cJSON *values_json(Arena *a, const AwsDrift *d) {
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < d->values.n; i++) {
        const AwsDriftValue *v = &d->values.at[i];
        cJSON *row = cJSON_CreateObject();
        set(a, row, "path", v->path);
        set(a, row, "expected", review_value(a, v->expected));
        set(a, row, "actual", review_value(a, v->actual));
        set(a, row, "type", v->type);
        cJSON_AddItemToArray(list, row);
    }
    return list;
}

static Str drift_json(Arena *a, const AwsDriftVec *drifts) {
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "resources");
    cJSON_AddBoolToObject(json, "drifted", drifts->n > 0);
    for (uint32_t i = 0; i < drifts->n; i++) {
        const AwsDrift *d = &drifts->at[i];
        cJSON *row = cJSON_CreateObject();
        set(a, row, "id", d->id);
        set(a, row, "physicalId", d->physical);
        set(a, row, "type", d->resource);
        set(a, row, "status", d->status);
        cJSON_AddItemToObject(row, "values", values_json(a, d));
        cJSON_AddItemToArray(list, row);
    }
    Str text = str_cat(a, json_indented(a, json), STR("\n"));
    cJSON_Delete(json);
    return text;
}

static Str or_none(Arena *a, Str value) {
    return value.n ? str_visible(a, review_value(a, value)) : STR("(none)");
}

static Str drift_text(Arena *a, const AwsDriftVec *drifts) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < drifts->n; i++) {
        const AwsDrift *d = &drifts->at[i];
        bool gone = str_is(d->status, "DELETED");
        buf_printf(&b, "%s %.*s (%.*s)  %.*s%s\n", gone ? "-" : "~", STR_ARG(str_visible(a, d->id)),
                   STR_ARG(str_visible(a, d->resource)), STR_ARG(str_visible(a, d->physical)),
                   gone ? "  is gone" : "");
        for (uint32_t k = 0; k < d->values.n; k++) {
            const AwsDriftValue *v = &d->values.at[k];
            buf_printf(&b, "    %.*s  deployed %.*s, now %.*s\n", STR_ARG(str_visible(a, v->path)),
                       STR_ARG(or_none(a, v->expected)), STR_ARG(or_none(a, v->actual)));
        }
    }
    if (!drifts->n)
        buf_puts(&b, "everything is as it was deployed, as far as CloudFormation can tell\n");
    else
        buf_puts(&b, "\n`pluto deploy` writes what the program says only where the program has "
                     "changed;\nput the rest back by hand\n");
    return buf_str(&b);
}

int drift_run(Session *s) {
    Project project;
    Deployer d = {0};
    Err err = {0};
    AwsResult result;
    AwsDriftVec drifts = {0};
    int code;
    if (!project_find(s, &project, &code))
        return code;
    if (!deployer_open(s, &project, &d, &err))
        return deployer_failed(s, &err);
    AwsTask task = {.target = target_of(s->arena, &project)};
    AwsEnd end = d.api->drift(d.aws, s->arena, &task, &drifts, &result, &err);
    if (end == AWS_END_NOTHING) {
        err_set(&err, ERR_NOT_FOUND, "there is no stack `%.*s` in account %.*s, %.*s",
                STR_ARG(task.target.name), STR_ARG(result.who.account), STR_ARG(result.who.region));
        err_hint(&err, "`pluto deploy` makes it");
    }
    deployer_close(&d);
    if (end == AWS_END_NOTHING || end_is_bad(end)) {
        code = report_err(s, &err);
        return end_is_bad(end) ? end_code(end) : code;
    }
    Str text = s->args.json ? drift_json(s->arena, &drifts) : drift_text(s->arena, &drifts);
    return report_output(s, text, drifts.n && !s->args.exit_zero ? EXIT_FAILED : EXIT_DONE);
}
