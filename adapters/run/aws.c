// The AWS endpoint: which service a request is for. In: requests of SDKs. Out: the answer of the
// part that emulates the service, or an error that says that there is none.
//
// Services are told apart as AWS tells them apart behind one name: by the target that JSON
// protocols name, by the path of REST protocols, else by the service that the request was signed
// for.

#include "adapters/run/other.h"
#include "adapters/run/pool.h"
#include "adapters/run/runtime_path.h"

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
        other_handle(call, q, reply);
}
