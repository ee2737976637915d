#pragma once
// CloudWatch Logs' operations. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct LogsEvent {
    Str group, stream, message; // group: a name
    int64_t time;               // milliseconds since 1970
    uint32_t order;             // for whoever sorts
} LogsEvent;
typedef Vec(LogsEvent) LogsEventVec;

// All pages from `since` (milliseconds since 1970) on. A group that is not there has no events.
bool logs_filter(Client *c, Arena *a, Str group, int64_t since, LogsEventVec *out, Err *err);

// What is written from now on, as it comes; `began` is said once nothing is missed any more. Either
// false: enough.
typedef struct LogsSink {
    bool (*began)(void *context);
    bool (*events)(void *context, const LogsEventVec *events); // they live as long as the call
    void *context;
} LogsSink;

// Up to ten groups, by ARN. True at the end of the session (three hours at most) or when a sink had
// enough. *denied: this may not be asked, or not here.
bool logs_tail(Client *c, Arena *a, const Str *arns, uint32_t count, const LogsSink *sink,
               bool *denied, Err *err);
enum { LOGS_TAIL_MAX = 10 };
