#pragma once
// What the parts of the run adapter share: what is deployed (App), and how a function is invoked.
// Private to adapters/run.
//
//     run.c        the adapter's table: open, deploy, wait, close
//     server.c     listeners, connections, who may ask       http.h
//     pool.c       functions and their instances             pool.h
//     runtime_api.c, invoke.c                                Lambda, from inside and from outside
//     template.c   app_read: the template, evaluated         EVENTS
//     front.c      Function URLs and routers                 EVENTS
//     sagemaker.c, dynamodb.c                                MODELS

#include "adapters/run/http.h"

#include <stdatomic.h>

typedef Vec(Str) TextVec;

typedef struct AppPair {
    Str key, value;
} AppPair;
typedef Vec(AppPair) AppPairVec;

// ---- What is deployed ---------------------------------------------------------------------------

// As the API that serves it takes it: header and method names as written in the template.
typedef struct AppCors {
    bool present;
    TextVec allow_origins, allow_methods, allow_headers, expose_headers;
    bool allow_credentials;
    int64_t max_age; // seconds; -1: not given
} AppCors;

typedef struct AppFunction {
    Str id;           // "Function/chatbot"
    Str logical;      // its logical id in the template
    Str name;         // as Lambda knows it (FunctionName, else one made of stack and logical id)
    Str arn;          // of the function itself, without version
    Str folder, hash; // its package: RunFunction's
    Str handler, runtime, architecture;
    AppPairVec env; // Environment.Variables, evaluated
    uint32_t timeout_ms, memory_mb;
    int64_t reserved;          // ReservedConcurrentExecutions; -1: none
    Str log_group, log_format; // "Text" or "JSON"
} AppFunction;

// A Function URL; answers on a port of its own.
typedef struct AppUrl {
    Str id;            // of the resource that hands it out: "Function/chatbot"
    uint32_t function; // index
    uint16_t port;
    Str auth;       // "NONE" or "AWS_IAM"
    bool streaming; // InvokeMode is RESPONSE_STREAM
    AppCors cors;
} AppUrl;

typedef struct AppRoute {
    Str key;    // "GET /hello/{name}", "$default"
    Str method; // "GET", "ANY"; empty for $default
    Str path;   // "/hello/{name}", "/files/{rest+}"
    uint32_t function;
    Str payload; // "2.0" or "1.0"
    uint32_t timeout_ms;
} AppRoute;

// An HTTP API (a Router); answers on a port of its own.
typedef struct AppApi {
    Str id;     // "Router/api"
    Str api_id; // what Ref of it gives
    Str stage;  // "$default"
    uint16_t port;
    AppCors cors;
    Vec(AppRoute) routes;
} AppApi;

// A SageMaker endpoint.
typedef struct AppModel {
    Str id;       // "SageMaker/llama-2-7b"
    Str endpoint; // EndpointName
    Str image;
    AppPairVec env;      // of the container
    bool async;          // has an AsyncInferenceConfig, and so answers asynchronous requests only
    Str output, failure; // where it leaves answers, s3://…; empty: as the emulator likes
} AppModel;

typedef struct AppTable {
    Str id;   // "KVStore/conversations"
    Str name; // TableName
    // As CreateTable takes it: {"TableName":…,"AttributeDefinitions":…,"KeySchema":…,…}, evaluated
    Str create_json;
    Str ttl_attribute; // TimeToLiveSpecification.AttributeName, or empty
} AppTable;

// What `ready` says of a resource.
typedef struct AppResource {
    Str id;
    AppPairVec properties; // "url", "endpointName", "awsTableName" …
} AppResource;

typedef struct App {
    Str project, stack, region, account; // account: twelve digits, of nobody
    Vec(AppFunction) functions;
    Vec(AppUrl) urls;
    Vec(AppApi) apis;
    Vec(AppModel) models;
    Vec(AppTable) tables;
    Vec(AppResource) resources; // in the graph's order
    TextVec notes;              // what the template has that is not served here, for people
} App;

// The port that answers for a resource's URL (its id), the same one from deploy to deploy; 0 with
// err where no port can be had.
typedef uint16_t (*AppPort)(void *context, Str id, Err *err);

typedef struct AppRead {
    const RunApp *in;
    Str region;
    Str endpoint; // "http://127.0.0.1:N"
    AppPort port; // asked in the graph's order
    void *context;
} AppRead;

// template.c. Everything in `out` lives in `a`; what is borrowed from `in` is copied.
bool app_read(Arena *a, const AppRead *read, App *out, Err *err);

// ---- One request --------------------------------------------------------------------------------

typedef struct Run Run;
typedef struct Generation Generation; // one deploy: an App and the pools of its functions
typedef struct Models Models;         // sagemaker.c
typedef struct Dynamodb Dynamodb;     // dynamodb.c

// The `context` of every HttpHandler. It holds on to the generation, so `app` stays as long as the
// request does.
typedef struct Call {
    Run *run;
    Generation *generation;
    const App *app;
    const AppUrl *url; // one of them where the request came to a port of its own
    const AppApi *api;
    Models *models;
    Dynamodb *dynamodb;
    // For the `request` event; handlers set what they know.
    Str resource;   // "Function/chatbot", "SageMaker/llama-2-7b"
    Str operation;  // "Invoke", "GET /hello/{name}", "PutItem"
    Str request_id; // of the invocation
    bool failed;    // the function did, whatever the status says
    bool quiet;     // no `request` event
} Call;

// front.c: Function URLs (call->url) and routers (call->api), CORS included.
void front_handle(void *call, const HttpRequest *q, HttpReply *reply);

// sagemaker.c: /endpoints/NAME/… of the SageMaker runtime.
bool models_open(Arena *a, const RunOptions *options, Run *run, Models **out, Err *err);
// Notes who answers for which endpoint, and which `--model` means none.
void models_deploy(const Models *m, Arena *a, App *app);
void sagemaker_handle(void *context, const HttpRequest *q, HttpReply *reply);
void models_close(Models *m);

// dynamodb.c: X-Amz-Target DynamoDB_20120810.*. Starts its process when there is a table first.
bool dynamodb_open(Arena *a, const RunOptions *options, Run *run, Dynamodb **out, Err *err);
// Makes the tables of `app` that are not there yet.
bool dynamodb_deploy(Dynamodb *d, const App *app, Err *err);
void dynamodb_handle(void *context, const HttpRequest *q, HttpReply *reply);
void dynamodb_close(Dynamodb *d);

// ---- Invoking a function ------------------------------------------------------------------------

typedef enum InvokeOutcome {
    INVOKE_BODY,   // it answered; the whole answer is in `body`
    INVOKE_ERROR,  // it failed: `body` is {"errorType","errorMessage",…}; also after a timeout,
                   // a crash, an answer that is too large
    INVOKE_STREAM, // it answers piece by piece: invoke_read
    INVOKE_THROTTLED, // its reserved concurrency is used up
} InvokeOutcome;

typedef struct InvokeInput {
    Str event;
    Str client_context; // JSON, or empty
    Str trace_id;       // "Root=…", or empty: one is made
    Str request_id;     // or empty: one is made
    Str tenant;         // of a function with tenant isolation, or empty
    bool tail;          // the end of the log is wanted
    bool stream_whole;  // a streamed answer is wanted in one piece: INVOKE_BODY
} InvokeInput;

typedef struct Invocation Invocation;
typedef struct InvokeResult {
    InvokeOutcome outcome;
    Str request_id;
    Str body;         // in the caller's arena
    Str content_type; // as the runtime gave it; application/vnd.awslambda.http-integration-response
                      // says that an HTTP prelude (JSON, 8 NULs) comes first
    Str log;          // with `tail`: the last 4 KB
    bool timed_out;   // INVOKE_ERROR because of the deadline
    double ms;        // until the head was there
    Invocation *stream; // INVOKE_STREAM: invoke_read, then invoke_end
} InvokeResult;

// Blocks until the head of the answer is there. `function` is an index of call->app->functions.
// `a` is for the result alone and is used by this thread only.
void invoke_start(const Call *call, uint32_t function, Arena *a, const InvokeInput *in,
                  InvokeResult *out);
// Blocks until there is something; at most `max` bytes; 0 the end, -1 it broke off (invoke_error
// says why).
ssize_t invoke_read(Invocation *i, char *buf, size_t max);
// {"errorType","errorMessage",…} after -1.
Str invoke_error(Invocation *i, Arena *a);
// Once for each INVOKE_STREAM. Where it has not ended, the function goes on, and is not listened
// to.
void invoke_end(Invocation *i);

// ---- What is told -------------------------------------------------------------------------------

// True once all is to end: handlers that wait for something outside look at it now and then.
bool run_closing(Run *r);
// One line of JSON to whoever runs us; any thread.
void run_event(Run *r, Str json);
// A line of a resource's log: an event, and .pluto/local/logs. `stream` is "stdout", "stderr",
// "platform", or "report" (only the file gets those).
void run_log(Run *r, Str id, Str request_id, const char *stream, Str line);

// ---- Child processes ----------------------------------------------------------------------------

// process.c: a child in a process group of its own. It ends when the thread that started it does,
// so that nothing stays behind even where we are killed: start it from a thread that lives on.
typedef struct Process {
    int pid;      // and process group
    int out, err; // its standard output and error, to be read
} Process;

// `env` is all of its environment; argv and env end with NULL. `in` is its standard input, and is
// left to the caller; where it is -1, that is empty.
bool process_start(const char *const *argv, const char *const *env, const char *folder, int in,
                   Process *out, Err *err);
// Ends the whole group at once.
void process_kill(const Process *p);
// Waits for it; gives the status as waitpid has it, and ends what is left of the group.
int process_wait(Process *p);
