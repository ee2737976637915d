#pragma once
// One HTTP request and its reply, over libcurl. Private to adapters/aws.
//
// TLS is verified (against AWS_CA_BUNDLE where the user set it, else the system's authorities),
// redirects are never followed, replies are bounded. Any thread may send; an Http is shared.

#include "base/base.h"

typedef struct HttpHeader {
    Str name, value;
} HttpHeader;
typedef Vec(HttpHeader) HttpHeaderVec;

// Gets the bytes of a reply with status 2xx as they come; false: enough.
typedef bool (*HttpSink)(void *context, Str bytes);

// A body that is made while it is sent.
typedef struct HttpSource {
    uint64_t size;
    // At most `size` bytes, 0 only at the end; false: it cannot go on.
    bool (*read)(void *context, char *to, size_t size, size_t *n);
    bool (*rewind)(void *context); // from the first byte again
    void *context;
} HttpSource;

typedef struct HttpRequest {
    const char *method;
    Str url;
    HttpHeaderVec headers; // complete but for Content-Length
    Str body;              // or, where `file` is not empty, that file's bytes
    Str file;
    const HttpSource *source;                 // or, where it is not NULL, what this gives
    uint32_t connect_ms, silent_ms, total_ms; // 0: the defaults (5 s, 60 s, no end)
    uint32_t max_reply;                       // bytes; 0: HTTP_REPLY_MAX
    bool direct;                              // never through a proxy: link-local and loopback
    bool once;     // on a connection of its own: on a used one libcurl repeats what got no answer
    HttpSink sink; // or NULL: the body goes into the reply
    void *context;
} HttpRequest;

typedef struct HttpReply {
    int status;
    HttpHeaderVec headers; // names in small letters
    Str body;
} HttpReply;

enum { HTTP_REPLY_MAX = 64 << 20 };

// Why there is no reply. What may be sent again without the first having arrived is HTTP_UNSENT.
typedef enum HttpFault {
    HTTP_OK,
    HTTP_UNSENT,      // name not found, connection refused, TLS not agreed on
    HTTP_BROKEN,      // cut off, or silent for too long: it may have arrived
    HTTP_UNTRUSTED,   // the certificate is not to be trusted, or it cannot be sent: never again
    HTTP_TOO_LARGE,   // more than max_reply
    HTTP_INTERRUPTED, // http_stop
} HttpFault;

typedef struct Http Http;

Http *http_open(Arena *a, Host *host, Err *err); // once a process, before there are threads
void http_close(Http *h);
// A file of certificate authorities, instead of the system's: the profile's `ca_bundle`.
// AWS_CA_BUNDLE wins over it; http_trusts tells whether it is set. Before there are threads.
void http_trust(Http *h, Str path);
bool http_trusts(const Http *h);
// Requests under way, and all later ones, end with HTTP_INTERRUPTED. From a thread, not a signal
// handler.
void http_stop(Http *h);
bool http_stopped(const Http *h);
// HTTP_OK where there is a reply, whatever its status. Else err says what happened with which host.
HttpFault http_send(Http *h, Arena *a, const HttpRequest *q, HttpReply *out, Err *err);
// The first of that name, or empty. (Not `http_header`: that is what adapters/run has.)
Str http_reply_header(const HttpReply *r, const char *name);
