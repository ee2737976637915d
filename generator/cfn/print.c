// The text of a template: two spaces a level, small things on one line.
//
// Input: a tree. Output: text that ends with a line feed.
// Invariant: the text depends on the tree alone; every string is escaped as JSON demands, so that
// what the program puts into a template cannot end its string early.
#include "generator/cfn/json.h"

enum { ONE_LINE = 72, INDENT = 2 };

static void put_string(Buf *b, const char *s) {
    buf_putc(b, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            buf_putc(b, '\\');
        if (c == '\n')
            buf_puts(b, "\\n");
        else if (c == '\r')
            buf_puts(b, "\\r");
        else if (c == '\t')
            buf_puts(b, "\\t");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(b, "\\u%04x", c);
        else
            buf_putc(b, *s);
    }
    buf_putc(b, '"');
}

static void put_number(Buf *b, const Json *json) {
    if (json->valuedouble == (double)json->valueint) {
        buf_printf(b, "%d", json->valueint);
        return;
    }
    char *text = cJSON_PrintUnformatted(json);
    if (!text)
        BUG("no memory for a template's text");
    buf_puts(b, text);
    cJSON_free(text);
}

static void put_scalar(Buf *b, const Json *json) {
    if (cJSON_IsString(json))
        put_string(b, json->valuestring);
    else if (cJSON_IsNumber(json))
        put_number(b, json);
    else
        buf_puts(b, cJSON_IsTrue(json) ? "true" : cJSON_IsFalse(json) ? "false" : "null");
}

// On one line, with blanks after commas and colons unless `dense`.
static void put_flat(Buf *b, const Json *json, bool dense) {
    bool object = cJSON_IsObject(json);
    if (!object && !cJSON_IsArray(json)) {
        put_scalar(b, json);
        return;
    }
    buf_putc(b, object ? '{' : '[');
    for (const Json *item = json->child; item; item = item->next) {
        if (item != json->child)
            buf_puts(b, dense ? "," : ", ");
        if (object) {
            put_string(b, item->string);
            buf_puts(b, dense ? ":" : ": ");
        }
        put_flat(b, item, dense);
    }
    buf_putc(b, object ? '}' : ']');
}

// What is left of `room` when the tree stands on one line; negative where it does not fit.
static int room_after(const Json *json, int room) {
    if (cJSON_IsString(json))
        return room - (int)str_of(json->valuestring).n - 2;
    if (!cJSON_IsObject(json) && !cJSON_IsArray(json))
        return room - 8;
    for (const Json *item = json->child; item && room >= 0; item = item->next)
        room = room_after(item, room - 2 - (item->string ? (int)str_of(item->string).n + 4 : 0));
    return room - 2;
}

static void put(Buf *b, const Json *json, unsigned depth) {
    bool object = cJSON_IsObject(json);
    if ((!object && !cJSON_IsArray(json)) || room_after(json, ONE_LINE) >= 0) {
        put_flat(b, json, false);
        return;
    }
    buf_putc(b, object ? '{' : '[');
    for (const Json *item = json->child; item; item = item->next) {
        buf_putc(b, '\n');
        buf_pad(b, ' ', (depth + 1) * INDENT);
        if (object) {
            put_string(b, item->string);
            buf_puts(b, ": ");
        }
        put(b, item, depth + 1);
        if (item->next)
            buf_putc(b, ',');
    }
    buf_putc(b, '\n');
    buf_pad(b, ' ', depth * INDENT);
    buf_putc(b, object ? '}' : ']');
}

Str json_print(Arena *a, const Json *json, bool compact) {
    Buf b = buf_new(a);
    if (compact)
        put_flat(&b, json, true);
    else
        put(&b, json, 0);
    buf_putc(&b, '\n');
    return buf_str(&b);
}
