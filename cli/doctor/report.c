// What was found, for people and for programs.
//
// Input: findings. Output: lines, or JSON. Invariant: text that comes from outside is shown, never
// obeyed.

#include "cli/doctor/doctor.h"

#include <cjson/cJSON.h>

enum { TOOL_FILE_MAX = 1 << 20, NAME_COLUMN = 13 };

Finding *doctor_add(Doctor *d, const char *about, Health health, Str says) {
    vec_push(d->a, &d->findings, (Finding){.about = about, .health = health, .says = says});
    return &vec_last(&d->findings);
}

Str doctor_env(const Doctor *d, const char *name) {
    Str value;
    return d->s->host->env(d->s->host, d->a, str_of(name), &value) ? value : STR_EMPTY;
}

Str doctor_file(const Doctor *d, Str path) {
    Str text;
    Err ignored = {0};
    Host *host = d->s->host;
    bool read = path.n && host->read_file(host, d->a, path, TOOL_FILE_MAX, &text, &ignored);
    return read ? text : STR_EMPTY;
}

static void put_below(Buf *b, Str line, bool color) {
    buf_pad(b, ' ', NAME_COLUMN + 2);
    buf_printf(b, "%s%.*s%s\n", color ? "\033[2m" : "", STR_ARG(line), color ? "\033[0m" : "");
}

static void put_finding(const Doctor *d, Buf *b, const Finding *f, bool color) {
    static const char *const signs[] = {"✓", "!", "✗"};
    static const char *const colors[] = {"\033[32m", "\033[33m", "\033[31m"};
    Str says = str_visible(d->a, f->says), mend = str_visible(d->a, f->mend);
    buf_printf(b, "%s%s%s %s", color ? colors[f->health] : "", signs[f->health],
               color ? "\033[0m" : "", f->about);
    for (uint32_t n = str_of(f->about).n; n < NAME_COLUMN; n++)
        buf_putc(b, ' ');
    buf_printf(b, "%.*s\n", STR_ARG(says));
    if (mend.n)
        put_below(b, mend, color);
    bool tell = f->health != HEALTH_GOOD || d->s->args.verbose;
    for (uint32_t i = 0; tell && i < f->details.n; i++)
        put_below(b, str_visible(d->a, f->details.at[i]), color);
}

Str doctor_text(const Doctor *d, bool color) {
    Buf b = buf_new(d->a);
    unsigned bad = 0;
    for (uint32_t i = 0; i < d->findings.n; i++) {
        const Finding *f = &d->findings.at[i];
        bad += f->health == HEALTH_BAD;
        if (!f->for_deploy)
            put_finding(d, &b, f, color);
    }
    buf_puts(&b, "\nonly a deployment needs these\n");
    for (uint32_t i = 0; i < d->findings.n; i++)
        if (d->findings.at[i].for_deploy)
            put_finding(d, &b, &d->findings.at[i], color);
    buf_puts(&b, bad ? "\nThis keeps the program from compiling: ✗\n"
                     : "\nAll that compiling needs is there.\n");
    return buf_str(&b);
}

static void add_text(cJSON *object, const char *name, Arena *a, Str text) {
    if (text.n)
        cJSON_AddStringToObject(object, name, str_cstr(a, str_visible(a, text)));
}

static void add_details(cJSON *object, Arena *a, const Finding *f) {
    if (!f->details.n)
        return;
    cJSON *list = cJSON_AddArrayToObject(object, "details");
    for (uint32_t i = 0; i < f->details.n; i++) {
        Str line = str_visible(a, f->details.at[i]);
        cJSON_AddItemToArray(list, cJSON_CreateString(str_cstr(a, line)));
    }
}

Str doctor_json(const Doctor *d) {
    static const char *const words[] = {"good", "note", "bad"};
    cJSON *json = cJSON_CreateObject(), *list = cJSON_CreateArray();
    cJSON_AddNumberToObject(json, "version", 1);
    for (uint32_t i = 0; i < d->findings.n; i++) {
        const Finding *f = &d->findings.at[i];
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "about", f->about);
        cJSON_AddStringToObject(one, "health", words[f->health]);
        cJSON_AddBoolToObject(one, "onlyToDeploy", f->for_deploy);
        add_text(one, "says", d->a, f->says);
        add_text(one, "mend", d->a, f->mend);
        add_details(one, d->a, f);
        cJSON_AddItemToArray(list, one);
    }
    cJSON_AddItemToObject(json, "findings", list);
    char *text = cJSON_PrintUnformatted(json);
    Str out = str_cat(d->a, json_visible(d->a, str_of(text ? text : "null")), STR("\n"));
    cJSON_free(text);
    cJSON_Delete(json);
    return out;
}
