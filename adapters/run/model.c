// What a container is, read off its image and environment.
//
// Input: an endpoint of the template. Output: the task it does. The images of text-generation-
// inference generate text whatever HF_TASK says; so does everything of which nothing is known.

#include "adapters/run/model.h"
#include "adapters/run/text.h"

Str model_env(const AppModel *m, const char *name) {
    for (uint32_t i = 0; i < m->env.n; i++)
        if (str_is(m->env.at[i].key, name))
            return m->env.at[i].value;
    return STR_EMPTY;
}

Str model_id(const AppModel *m) {
    Str id = model_env(m, "HF_MODEL_ID");
    if (id.n == 0)
        id = model_env(m, "MODEL_ID");
    if (id.n && !str_starts(id, "/"))
        return id;
    int64_t slash = str_rfind_char(m->id, '/');
    return str_slice(m->id, (uint32_t)(slash + 1), m->id.n);
}

static bool is_generation(Str task) {
    static const char *const SAME[] = {"", "text-generation", "text2text-generation",
                                       "conversational"};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        if (str_is(task, SAME[i]))
            return true;
    return false;
}

ModelTask model_task(const AppModel *m) {
    Str task = model_env(m, "HF_TASK");
    if (str_contains(m->image, "tgi-inference") || str_contains(m->image, "text-generation") ||
        str_contains(m->image, "vllm"))
        return TASK_GENERATE;
    if (str_contains(m->image, "/tei") || str_contains(m->image, "text-embeddings"))
        return TASK_EMBED;
    if (str_is(task, "feature-extraction"))
        return TASK_EMBED_TOKENS;
    if (str_is(task, "sentence-embeddings"))
        return TASK_EMBED_SENTENCES;
    return is_generation(task) ? TASK_GENERATE : TASK_OTHER;
}

void model_fail(Arena *a, ModelAnswer *out, int status, const char *type, Str message) {
    Buf b = buf_new(a);
    buf_puts(&b, "{\"error\":");
    text_quote(&b, message);
    buf_printf(&b, ",\"error_type\":\"%s\"}", type);
    *out = (ModelAnswer){
        .status = status, .content_type = STR("application/json"), .body = buf_str(&b)};
}
