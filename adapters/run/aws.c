// The AWS endpoint: which service a request is for. In: requests of SDKs. Out: the answer of the
// part that emulates the service, or an error that says that there is none.
//
// Services are told apart as AWS tells them apart behind one name: by the target that JSON
// protocols name, by the path of REST protocols, else by the service that the request was signed
// for.

#include "adapters/run/pool.h"
#include "adapters/run/runtime_path.h"
#include "adapters/run/text.h"

// The service in `Credential=AKID/20260101/us-east-1/lambda/aws4_request`.
static Str signed_for(const HttpRequest *q) {
    enum { DATE_REGION_SERVICE = 3 };
    Str text = http_header(&q->headers, "authorization");
    int64_t at = str_find(text, STR("Credential="), 0);
    for (int i = 0; i < DATE_REGION_SERVICE && at >= 0; i++)
        at = str_find(text, STR("/"), (uint32_t)at + 1);
    int64_t end = at < 0 ? -1 : str_find(text, STR("/"), (uint32_t)at + 1);
    return end < 0 ? STR_EMPTY : str_slice(text, (uint32_t)at + 1, (uint32_t)end);
}

static void not_emulated(const HttpRequest *q, HttpReply *reply, Str target) {
    Str service = signed_for(q);
    if (!service.n)
        service = target.n ? target : q->path;
    Buf b = buf_new(q->arena);
    Str message =
        str_fmt(q->arena, "pluto run does not emulate this service or operation: %.*s (%.*s %.*s)",
                STR_ARG(service), STR_ARG(q->method), STR_ARG(q->path));
    buf_puts(&b, "{\"__type\":\"NotImplemented\"");
    text_member(&b, "message", message);
    buf_putc(&b, '}');
    http_add(q->arena, reply, STR("x-amzn-errortype"), STR("NotImplemented"));
    http_json(reply, q->arena, 501, buf_str(&b));
}

void aws_handle(void *state, const HttpRequest *q, HttpReply *reply) {
    Call *call = state;
    Str function, target = http_header(&q->headers, "x-amz-target");
    if (str_starts(target, "DynamoDB_20120810."))
        dynamodb_handle(call, q, reply);
    else if (str_starts(q->path, "/endpoints/"))
        sagemaker_handle(call, q, reply);
    else if (lambda_path(q->path, &function) != LAMBDA_NONE)
        lambda_handle(call, q, reply);
    else
        not_emulated(q, reply, target);
}
