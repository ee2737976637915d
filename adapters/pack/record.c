// What was made before, so that what has not changed is not made again. In and out: one file of
// JSON beside the packages, for each function.
//
// Invariant: a record counts only where everything it saw is as it was: the key (all that the
// compiler hands over, and our own tools), each file that was read, and what was written.

#include "adapters/pack/pack.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <sys/stat.h>

// How a file looked: "1234 1763737200.123456789", "-" where there was none. Of a folder only when
// names came or went.
static Str look(Arena *a, Str path) {
    struct stat st;
    if (stat(str_cstr(a, path), &st) != 0)
        return STR("-");
    long long size = S_ISDIR(st.st_mode) ? -1 : (long long)st.st_size;
    return str_fmt(a, "%lld %lld.%09ld", size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

// ---- Read ---------------------------------------------------------------------------------------

static Str text_at(Arena *a, const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text ? str_dup(a, str_of(text)) : STR_EMPTY;
}

static uint64_t number_at(const cJSON *object, const char *name) {
    double d = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return d > 0 && d < 9007199254740992.0 ? (uint64_t)d : 0;
}

static bool all_as_they_were(Arena *a, const cJSON *files) {
    const cJSON *file;
    bool any = false;
    cJSON_ArrayForEach(file, files) {
        any = true;
        const char *was = cJSON_GetStringValue(file);
        ArenaMark mark = arena_mark(a);
        bool same = was && file->string && str_is(look(a, str_of(file->string)), was);
        arena_reset(a, mark);
        if (!same)
            return false;
    }
    return any;
}

static void record_read(Arena *a, const cJSON *json, Record *out) {
    const cJSON *at, *p = cJSON_GetObjectItemCaseSensitive(json, "package");
    out->package = (Package){
        .hash = text_at(a, p, "hash"),
        .bytes = number_at(p, "bytes"),
        .unpacked = number_at(p, "unpacked"),
        .reused = true,
    };
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(p, "weights")) {
        PackWeight weight = {text_at(a, at, "package"), number_at(at, "bytes")};
        vec_push(a, &out->package.weights, weight);
    }
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(json, "messages")) {
        PackTopic topic = PACK_CODE;
        topic_find(text_at(a, at, "topic"), &topic);
        PackMessage message = {
            .topic = topic,
            .text = text_at(a, at, "text"),
            .help = text_at(a, at, "help"),
            .file = text_at(a, at, "file"),
            .line = (uint32_t)number_at(at, "line"),
            .column = (uint32_t)number_at(at, "column"),
        };
        vec_push(a, &out->messages, message);
    }
}

enum { RECORD_MAX = 64 << 20 };

static cJSON *record_parse(Arena *a, Str path) {
    Host *host = host_posix();
    Err ignored = {0};
    Str text;
    if (!host->read_file(host, a, path, RECORD_MAX, &text, &ignored))
        return NULL;
    return cJSON_ParseWithLength(text.p, text.n);
}

bool record_same(Arena *a, Str path, Str content, Str zip, Package *out) {
    cJSON *json = record_parse(a, path);
    const cJSON *files = cJSON_GetObjectItemCaseSensitive(json, "files");
    Str was = text_at(a, files, str_cstr(a, zip));
    bool same = json && str_eq(text_at(a, json, "content"), content) &&
                was.n > 1 && // "-": there was none
                str_eq(was, look(a, zip));
    Record record = {0};
    if (same)
        record_read(a, json, &record);
    *out = record.package;
    cJSON_Delete(json);
    return same;
}

bool record_fits(Arena *a, Str path, Str key, Record *out) {
    cJSON *json = record_parse(a, path);
    *out = (Record){.key = key};
    bool same = json && all_as_they_were(a, cJSON_GetObjectItemCaseSensitive(json, "files"));
    bool fits = same && str_eq(text_at(a, json, "key"), key);
    out->libraries = same ? text_at(a, json, "libraries") : STR_EMPTY;
    if (fits)
        record_read(a, json, out);
    cJSON_Delete(json);
    return fits;
}

// ---- Write --------------------------------------------------------------------------------------

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddStringToObject(object, name, str_cstr(a, value));
}

static void package_write(Arena *a, cJSON *json, const Package *p) {
    cJSON *package = cJSON_AddObjectToObject(json, "package"), *weights;
    set(a, package, "hash", p->hash);
    cJSON_AddNumberToObject(package, "bytes", (double)p->bytes);
    cJSON_AddNumberToObject(package, "unpacked", (double)p->unpacked);
    weights = cJSON_AddArrayToObject(package, "weights");
    for (uint32_t i = 0; i < p->weights.n; i++) {
        cJSON *weight = cJSON_CreateObject();
        set(a, weight, "package", p->weights.at[i].package);
        cJSON_AddNumberToObject(weight, "bytes", (double)p->weights.at[i].bytes);
        cJSON_AddItemToArray(weights, weight);
    }
}

void record_look(Arena *a, Record *record) {
    for (uint32_t i = record->looks.n; i < record->inputs.n; i++)
        vec_push(a, &record->looks, look(a, record->inputs.at[i]));
}

bool record_write(Arena *a, Str path, const Record *record, Err *err) {
    cJSON *json = cJSON_CreateObject(), *files, *messages;
    set(a, json, "key", record->key);
    set(a, json, "content", record->content);
    set(a, json, "libraries", record->libraries);
    package_write(a, json, &record->package);
    files = cJSON_AddObjectToObject(json, "files");
    for (uint32_t i = 0; i < record->inputs.n; i++) {
        Str input = record->inputs.at[i];
        bool looked = i < record->looks.n;
        set(a, files, str_cstr(a, input), looked ? record->looks.at[i] : look(a, input));
    }
    messages = cJSON_AddArrayToObject(json, "messages");
    for (uint32_t i = 0; i < record->messages.n; i++) {
        const PackMessage *m = &record->messages.at[i];
        cJSON *message = cJSON_CreateObject();
        set(a, message, "topic", topic_name(m->topic));
        set(a, message, "text", m->text);
        set(a, message, "help", m->help);
        set(a, message, "file", m->file);
        cJSON_AddNumberToObject(message, "line", m->line);
        cJSON_AddNumberToObject(message, "column", m->column);
        cJSON_AddItemToArray(messages, message);
    }
    char *text = cJSON_PrintUnformatted(json);
    bool good = place_write(a, path, str_of(text), false, err);
    cJSON_free(text);
    cJSON_Delete(json);
    return good;
}
