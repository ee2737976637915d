#pragma once
// Api: one connection to Lambda's Runtime API, used by one thread. The connection is kept from
// request to request; where it turns out to have ended meanwhile (the machine was frozen, the
// server tired of it), the request goes over a new one.

#include "runtime/bootstrap/bytes.h"
#include "runtime/bootstrap/reply.h"
#include "runtime/bootstrap/report.h"
#include "runtime/bootstrap/wire.h"

#include <netinet/in.h>
#include <stdint.h>

// Lambda's limit for events and buffered answers: 6 MiB and a bit.
enum {
    API_PAYLOAD_MAX = 6 * 1024 * 1024 + 100,
    API_BODY_MAX = 16 * 1024 * 1024,
    API_CAUSE_MAX = 64 * 1024
};

typedef struct ApiAddress {
    struct sockaddr_in to;
    char host[256]; // as it stood in AWS_LAMBDA_RUNTIME_API
} ApiAddress;

typedef struct Api {
    const ApiAddress *address;
    int fd;         // -1: not connected
    bool used;      // the connection has carried a request
    bool shared;    // the worker has it, too
    bool streams;   // a chunked request is being sent
    bool waits;     // its head has not been sent yet
    WireParts held; // data of it that has not been sent yet
    Bytes tail;     // its end
    unsigned early; // the status that came before it was sent whole
    Reply reply;
    Bytes body; // of the reply
    Bytes head; // of a request
    char in[256 * 1024];
} Api;

typedef enum ApiNext { API_GOT, API_TRY_AGAIN, API_END } ApiNext;

typedef struct ApiInvocation {
    char id[REPORT_ID_MAX + 1];
    int64_t deadline; // milliseconds since 1970, 0: none
} ApiInvocation;

// `host:port`; the host is an IPv4 address or `localhost`.
bool api_address(const char *text, ApiAddress *out);

void api_init(Api *api, const ApiAddress *address);
bool api_connect(Api *api);
// A new connection that nothing has been asked on, or -1.
int api_open(const ApiAddress *address);
// Uses `fd`, of api_open, which the worker has, too; until api_close.
void api_share(Api *api, int fd);
// Is that still the connection, and nothing to be read on it?
bool api_lends(const Api *api);
void api_close(Api *api);

// Asks for the next invocation and waits as long as it takes. With API_GOT, the headers are in
// api->reply and the event in api->body; API_END: the API says that it is over.
ApiNext api_next(Api *api, ApiInvocation *out);

// The same without asking: the worker, which was lent the connection, has asked already. Of the
// answer it has read what `have` holds.
ApiNext api_next_rest(Api *api, ApiInvocation *out, const char *have, size_t size);

// SnapStart: says that the snapshot may be taken, and comes back in each copy of the machine.
ApiNext api_restore_next(Api *api);

// What headers say of an error: both may be 0.
typedef struct ApiError {
    const char *type;
    const char *cause; // JSON for X-Ray; what a header cannot hold is left out
    size_t cause_size;
} ApiError;

// POSTs to /runtime/<path>; gives the status of the answer, 0 where there was none.
unsigned api_post(Api *api, const char *path, const ApiError *error, const char *body, size_t size);
// The status of the answer to what the worker posted; `have` as above.
unsigned api_post_rest(Api *api, const char *have, size_t size);
// How many bytes have been read from the connection, by whomever; -1 where that is not known.
int64_t api_taken(const Api *api);
// The invocation whose answer to GET next lies unread, where its head does. It stays there.
bool api_peek(Api *api, ApiInvocation *out);
// Is there something to read within so many milliseconds?
bool api_speaks(const Api *api, int ms);
// May these bytes stand in a header?
bool api_header_fits(const char *text, size_t size);

// A streamed answer: begin, any number of data, end; with `error_type` the trailers carry that and
// `body`. Once something failed the rest is passed over, and end gives 0. Until flush or end, bytes
// of data may only be noted: they have to stay where they are.
void api_stream_begin(Api *api, const char *path, const char *content_type, size_t size);
void api_stream_data(Api *api, const char *bytes, size_t size);
void api_stream_flush(Api *api);
unsigned api_stream_end(Api *api, const char *error_type, const char *body, size_t size);
