#pragma once
// Requests to whoever hands out credentials, and JSON from them. Private to creds/.

#include "adapters/aws/creds/provide.h"

#include <cjson/cJSON.h>

enum { ASK_REPLY_MAX = 1 << 20 };

// Sends, and again where that may help, `attempts` times in all. False with why nobody answered.
bool ask(Search *s, HttpRequest *q, unsigned attempts, HttpReply *out, Err *err);
void ask_header(Search *s, HttpRequest *q, const char *name, Str value);

// An object, or NULL. Whoever gets it gives it to ask_forget.
cJSON *ask_object(Str text);
// Overwrites its texts, which may be secrets, and deletes it.
void ask_forget(cJSON *j);
// As text, with no copy but in the arena; deletes nothing.
Str ask_printed(Arena *a, cJSON *j);
Str ask_text(Arena *a, const cJSON *object, const char *key); // empty where it is no string
double ask_number(const cJSON *object, const char *key);      // 0 where it is none
