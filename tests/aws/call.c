// One call to AWS from the command line, for tests: what the client makes of an answer, as JSON.
//
//     aws_call SERVICE OPERATION [name=value…]
//
// Names are those of AwsCall: method path query body file bucket region header (`name:value`), and
// `safe`, `insecure`, `stream`, `trace`, `profile`, `total` (ms), `times` (calls in a row),
// `threads`. Exit code 0: answered, 1: refused, 3: no answer.

#include "adapters/aws/client.h"

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 32, DONE = 0, REFUSED = 1, FAILED = 3 };

typedef struct Wish {
    AwsCall call;
    ClientOptions options;
    unsigned times, threads, stop;
    Client *client;
} Wish;

static AwsService service_named(const char *name) {
    static const char *const names[AWS_SERVICE_COUNT] = {[AWS_CLOUDFORMATION] = "cloudformation",
                                                         [AWS_S3] = "s3",
                                                         [AWS_STS] = "sts",
                                                         [AWS_IAM] = "iam",
                                                         [AWS_LAMBDA] = "lambda",
                                                         [AWS_LOGS] = "logs",
                                                         [AWS_SAGEMAKER] = "sagemaker",
                                                         [AWS_SAGEMAKER_RUNTIME] =
                                                             "sagemaker-runtime",
                                                         [AWS_SERVICE_QUOTAS] = "service-quotas",
                                                         [AWS_PRICING] = "pricing",
                                                         [AWS_ECR] = "ecr",
                                                         [AWS_SSM] = "ssm",
                                                         [AWS_APIGATEWAY] = "apigatewayv2"};
    for (int i = 0; i < AWS_SERVICE_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (AwsService)i;
    fprintf(stderr, "no service %s\n", name);
    exit(2);
}

static void tell(void *context, Str line) {
    (void)context;
    fprintf(stderr, "%.*s\n", STR_ARG(line));
}

static bool stream_out(void *context, Str bytes) {
    (void)context;
    fprintf(stderr, "stream %u %.*s\n", (unsigned)bytes.n, STR_ARG(bytes));
    return true;
}

static void take_text(Arena *a, Wish *w, Str name, Str value) {
    const struct {
        const char *name;
        Str *to;
    } texts[] = {{"path", &w->call.path},
                 {"query", &w->call.query},
                 {"body", &w->call.body},
                 {"file", &w->call.file},
                 {"bucket", &w->call.bucket},
                 {"region", &w->call.region},
                 {"profile", &w->options.creds.profile}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_is(name, texts[i].name)) {
            *texts[i].to = value;
            return;
        }
    if (str_is(name, "method")) {
        w->call.method = str_cstr(a, value);
    } else if (str_is(name, "header")) {
        int64_t colon = str_find(value, STR(":"), 0);
        vec_push(a, &w->call.headers,
                 (HttpHeader){str_slice(value, 0, (uint32_t)colon),
                              str_slice(value, (uint32_t)colon + 1, value.n)});
    } else if (str_is(name, "total")) {
        w->call.total_ms = (uint32_t)atoi(str_cstr(a, value));
    } else if (str_is(name, "times")) {
        w->times = (unsigned)atoi(str_cstr(a, value));
    } else if (str_is(name, "stop")) {
        w->stop = (unsigned)atoi(str_cstr(a, value));
    } else if (str_is(name, "threads")) {
        w->threads = (unsigned)atoi(str_cstr(a, value));
    } else {
        fprintf(stderr, "no option %.*s\n", STR_ARG(name));
        exit(2);
    }
}

static void take(Arena *a, Wish *w, Str option) {
    int64_t equal = str_find(option, STR("="), 0);
    if (str_is(option, "safe"))
        w->call.safe = true;
    else if (str_is(option, "insecure"))
        w->options.insecure = true;
    else if (str_is(option, "trace"))
        w->options.trace = tell;
    else if (str_is(option, "stream"))
        w->call.sink = stream_out;
    else if (equal > 0)
        take_text(a, w, str_slice(option, 0, (uint32_t)equal),
                  str_slice(option, (uint32_t)equal + 1, option.n));
    else
        take_text(a, w, option, STR_EMPTY);
}

static void add_text(cJSON *json, Arena *a, const char *name, Str value) {
    cJSON_AddStringToObject(json, name, str_cstr(a, str_visible(a, value)));
}

static int fail_with(const Err *err) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "error", err->message);
    cJSON_AddStringToObject(json, "hint", err->hint);
    cJSON_AddNumberToObject(json, "kind", (double)err->kind);
    char *text = cJSON_PrintUnformatted(json);
    printf("%s\n", text);
    free(text);
    cJSON_Delete(json);
    return FAILED;
}

static int call_once(Wish *w, Arena *a) {
    AwsReply r;
    Err err = {0};
    if (!aws_call(w->client, a, &w->call, &r, &err))
        return fail_with(&err);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "status", r.status);
    add_text(json, a, "code", r.code);
    add_text(json, a, "message", r.message);
    add_text(json, a, "request", r.request_id);
    add_text(json, a, "body", str_slice(r.body, 0, 20000));
    if (r.code.n && !aws_refused(&w->call, &r, &err)) {
        cJSON_AddStringToObject(json, "error", err.message);
        cJSON_AddStringToObject(json, "hint", err.hint);
        cJSON_AddNumberToObject(json, "kind", (double)err.kind);
    }
    char *text = cJSON_PrintUnformatted(json);
    printf("%s\n", text);
    free(text);
    cJSON_Delete(json);
    return r.code.n ? REFUSED : DONE;
}

static void *worker(void *state) {
    Wish *w = state;
    intptr_t worst = 0;
    for (unsigned i = 0; i < w->times; i++) {
        Arena a;
        arena_init(&a);
        int code = call_once(w, &a);
        worst = code > worst ? code : worst;
        arena_release(&a);
    }
    return (void *)worst;
}

static void *stopper(void *state) {
    const Wish *w = state;
    struct timespec t = {.tv_sec = w->stop / 1000, .tv_nsec = (long)(w->stop % 1000) * 1000000};
    nanosleep(&t, NULL);
    client_stop(w->client);
    return NULL;
}

int main(int argc, char **argv) {
    Arena a;
    Err err = {0};
    Wish w = {.options = {.host = host_posix(), .seed = 1}, .times = 1, .threads = 1};
    pthread_t threads[THREADS_MAX], stops;
    intptr_t worst = 0;
    arena_init(&a);
    if (argc < 3)
        return 2;
    w.call.service = service_named(argv[1]);
    w.call.operation = argv[2];
    for (int i = 3; i < argc; i++)
        take(&a, &w, str_of(argv[i]));
    if (!client_open(&a, &w.options, &w.client, &err)) {
        fail_with(&err);
        return FAILED;
    }
    if (w.stop)
        pthread_create(&stops, NULL, stopper, &w);
    for (unsigned i = 0; i < w.threads && i < THREADS_MAX; i++)
        pthread_create(&threads[i], NULL, worker, &w);
    for (unsigned i = 0; i < w.threads && i < THREADS_MAX; i++) {
        void *code = NULL;
        pthread_join(threads[i], &code);
        worst = (intptr_t)code > worst ? (intptr_t)code : worst;
    }
    if (w.stop)
        pthread_join(stops, NULL);
    client_close(w.client);
    arena_release(&a);
    return (int)worst;
}
