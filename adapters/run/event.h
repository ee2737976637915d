#pragma once
// Requests as Lambda functions get them: the events of Function URLs and of HTTP APIs. Private to
// adapters/run.

#include "adapters/run/run.h"

// Where a request came in, and what its event says that the request does not.
typedef struct EventDoor {
    bool url;      // a Function URL, else an HTTP API
    bool with_iam; // the URL wants signed requests: the event names the caller
    Str api_id;
    Str domain;
    Str region, account;          // `account` is whose it is
    Str stage;                    // "$default" where the path does not begin with it
    Str route;                    // the route's key
    Str path;                     // without the stage; percent-encoded for URLs, decoded for APIs
    Str payload;                  // "2.0" or "1.0"
    const AppPairVec *parameters; // of the path; NULL: none
    Str request_id, trace_id;
    uint16_t port;
    int64_t now; // milliseconds since 1970
} EventDoor;

// The event as JSON; always valid, whatever the request has in it.
Str event_of(Arena *a, const EventDoor *door, const HttpRequest *q);

// A path as API Gateway hands it on: decoded, and cut where that brings a `?` to light.
Str event_decoded_path(Arena *a, Str path);
