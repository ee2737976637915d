#pragma once
// What is told to the Runtime API when an invocation fails: error types, bodies in JSON, what ended
// a worker, trailers in base 64. No input or output here.

#include "runtime/bootstrap/bytes.h"

#include <stdint.h>

enum { REPORT_TYPE_MAX = 128, REPORT_TRAILER_MAX = 2400, REPORT_ID_MAX = 128 };

// May `id` go into a path? Letters, digits, `-` and `_`, at most REPORT_ID_MAX of them.
bool report_id_fits(const char *id, size_t size);

// Copies the value of `errorType` at the top of the JSON object; what a header may not hold is left
// out. `otherwise` where there is none.
void report_type(const char *json, size_t size, const char *otherwise, char out[REPORT_TYPE_MAX]);

// {"errorType":type,"errorMessage":"RequestId: id Error: message"}; without `id` only the message.
bool report_body(Bytes *out, const char *type, const char *id, const char *message);

// What the platform says of a process that ended: `Runtime exited with error: signal: killed`.
void report_exit(int status, char *out, size_t room);

// The error as it fits into a trailer: servers take a few thousand bytes there. Longer JSON is cut
// down to its type and the beginning of its message.
bool report_short(Bytes *out, const char *json, size_t size);

bool report_base64(Bytes *out, const char *bytes, size_t size);
