// Errors of the SageMaker runtime, as its clients tell them apart: by the status, by the header
// x-amzn-errortype, and by what the body says.
//
// Input: what is wrong. Output: a reply. Invariant: what a container says reaches the caller as
// OriginalMessage, unchanged, with its status.

#include "adapters/run/models.h"
#include "adapters/run/text.h"

void sagemaker_error(Arena *a, HttpReply *reply, int status, const char *type, Str message) {
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "Message", message);
    buf_putc(&b, '}');
    http_json(reply, a, status, buf_str(&b));
    http_add(a, reply, STR("x-amzn-errortype"), str_of(type));
}

static Str log_group(Arena *a, const AppModel *m) {
    return str_fmt(a, "/aws/sagemaker/Endpoints/%.*s", STR_ARG(m->endpoint));
}

Str sagemaker_model_message(Arena *a, const AppModel *m, Str account, int status, Str original) {
    return str_fmt(a,
                   "Received %s error (%d) from primary with message \"%.*s\". See `pluto logs "
                   "%.*s` in account %.*s for more information.",
                   status >= 500 ? "server" : "client", status, STR_ARG(original), STR_ARG(m->id),
                   STR_ARG(account));
}

void sagemaker_model_error(Arena *a, HttpReply *reply, const App *app, const AppModel *m,
                           int status, Str original) {
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "ErrorCode",
                status >= 500 ? STR("SERVER_ERROR_FROM_MODEL") : STR("CLIENT_ERROR_FROM_MODEL"));
    text_member(&b, "LogStreamArn",
                str_fmt(a, "arn:aws:logs:%.*s:%.*s:log-group:%.*s", STR_ARG(app->region),
                        STR_ARG(app->account), STR_ARG(log_group(a, m))));
    text_member(&b, "Message", sagemaker_model_message(a, m, app->account, status, original));
    text_member(&b, "OriginalMessage", original);
    buf_printf(&b, ",\"OriginalStatusCode\":%d}", status);
    enum { FAILED_DEPENDENCY = 424 };
    http_json(reply, a, FAILED_DEPENDENCY, buf_str(&b));
    http_add(a, reply, STR("x-amzn-errortype"), STR("ModelError"));
}
