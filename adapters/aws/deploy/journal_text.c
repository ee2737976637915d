// The journal as JSON, and back.
//
// Input: a Journal, or any bytes. Output: the other. Invariant: reading what was written gives the
// same journal; no secret is a member of it.

#include "adapters/aws/deploy/journal.h"

#include "adapters/aws/service/json.h"

#include <stddef.h>

static const char *const PHASES[AWS_PHASE_COUNT] = {
    [AWS_PHASE_RESOLVE] = "resolve",     [AWS_PHASE_LOOKUP] = "lookup",
    [AWS_PHASE_PREFLIGHT] = "preflight", [AWS_PHASE_ARTIFACTS] = "artifacts",
    [AWS_PHASE_CHANGES] = "changes",     [AWS_PHASE_REVIEW] = "review",
    [AWS_PHASE_EXECUTE] = "execute",     [AWS_PHASE_FOLLOW] = "follow",
    [AWS_PHASE_VERIFY] = "verify",       [AWS_PHASE_OUTPUTS] = "outputs",
    [AWS_PHASE_CLEAN] = "clean",         [AWS_PHASE_DELETE] = "delete",
};
static const char *const ACTS[] = {"deploy", "destroy", "rollback"};
enum { ACT_COUNT = sizeof ACTS / sizeof *ACTS };

static const struct {
    const char *name;
    size_t at;
} TEXTS[] = {
    {"account", offsetof(Journal, account)},
    {"region", offsetof(Journal, region)},
    {"partition", offsetof(Journal, partition)},
    {"project", offsetof(Journal, project)},
    {"stack", offsetof(Journal, stack)},
    {"stackName", offsetof(Journal, stack_name)},
    {"stackId", offsetof(Journal, stack_id)},
    {"changeSet", offsetof(Journal, change_set)},
    {"changeSetId", offsetof(Journal, change_set_id)},
    {"token", offsetof(Journal, token)},
    {"executeToken", offsetof(Journal, execute_token)},
    {"templateSha256", offsetof(Journal, template_sha)},
    {"bucket", offsetof(Journal, bucket)},
    {"skip", offsetof(Journal, skip)},
    {"started", offsetof(Journal, started)},
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

const char *phase_name(AwsPhase phase) {
    return PHASES[phase];
}

Str journal_text(Arena *a, const Journal *j) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "version", JOURNAL_VERSION);
    cJSON_AddStringToObject(json, "act", ACTS[j->act]);
    cJSON_AddStringToObject(json, "phase", PHASES[j->phase]);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        json_add_text(a, json, TEXTS[i].name, *(const Str *)((const char *)j + TEXTS[i].at));
    cJSON_AddBoolToObject(json, "creates", j->creates);
    cJSON_AddBoolToObject(json, "noRollback", j->no_rollback);
    cJSON_AddBoolToObject(json, "express", j->express);
    return str_cat(a, json_take(a, json), STR("\n"));
}

static int index_of(Str word, const char *const *words, int count) {
    for (int i = 0; i < count; i++)
        if (str_is(word, words[i]))
            return i;
    return -1;
}

static bool read_members(Arena *a, const cJSON *json, Journal *out, Err *err) {
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(json, "version");
    int act = index_of(json_get(a, json, "act"), ACTS, ACT_COUNT);
    int phase = index_of(json_get(a, json, "phase"), PHASES, AWS_PHASE_COUNT);
    if (!cJSON_IsNumber(version) || version->valueint != JOURNAL_VERSION)
        return err_set(err, ERR_IO, "the journal is of another version of pluto");
    if (act < 0 || phase < 0)
        return err_set(err, ERR_IO, "the journal says nothing that pluto knows");
    *out = (Journal){.act = (JournalAct)act, .phase = (AwsPhase)phase};
    for (size_t i = 0; i < TEXT_COUNT; i++)
        *(Str *)((char *)out + TEXTS[i].at) = json_get(a, json, TEXTS[i].name);
    out->creates = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "creates"));
    out->no_rollback = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "noRollback"));
    out->express = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "express"));
    return true;
}

bool journal_parse(Arena *a, Str text, Journal *out, Err *err) {
    cJSON *json = cJSON_ParseWithLength(text.p ? text.p : "", text.n);
    bool good = cJSON_IsObject(json) ? read_members(a, json, out, err)
                                     : err_set(err, ERR_IO, "the journal is not JSON");
    cJSON_Delete(json);
    return good;
}
