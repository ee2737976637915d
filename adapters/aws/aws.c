// The AWS adapter: the table of its functions. In: options. Out: operations on stacks.
//
// Invariant: opening asks nobody; the first request is made by the first operation.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/look.h"

#include "adapters/module.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { POLL_MS = 2000, POLL_LEAST_MS = 10 };

// Counts, and hands on to whoever wants to see requests.
static void trace(void *context, Str line) {
    Aws *w = context;
    atomic_fetch_add(&w->calls, 1);
    if (w->options.trace)
        w->options.trace(w->options.context, line);
}

// Tests against servers on this machine need not wait as long as people do.
static uint32_t poll_time(Arena *a, Host *host) {
    Str text;
    if (!host->env(host, a, STR("PLUTO_AWS_POLL_MS"), &text))
        return POLL_MS;
    long ms = strtol(str_cstr(a, text), NULL, 10);
    return ms >= POLL_LEAST_MS && ms <= POLL_MS ? (uint32_t)ms : POLL_MS;
}

static Aws *aws_open(Arena *a, const AwsOptions *options, Err *err) {
    Aws *w = arena_new(a, Aws);
    w->arena = a;
    w->options = *options;
    w->poll_ms = poll_time(a, options->host);
    atomic_init(&w->calls, 0);
    ClientOptions o = {.host = options->host,
                       .creds = {.profile = options->profile,
                                 .region = options->region,
                                 .settings_region = options->settings_region,
                                 .role_arn = options->role_arn,
                                 .external_id = options->external_id,
                                 .terminal = options->terminal},
                       .insecure = options->insecure,
                       .trace = trace,
                       .context = w};
    return client_open(a, &o, &w->client, err) ? w : NULL;
}

static void aws_close(Aws *w) {
    client_close(w->client);
}

static const AwsApi api = {
    .open = aws_open,
    .close = aws_close,
    .look = aws_look,
    .identity = identity_of,
    .deploy = deploy_stack,
    .resume = resume_stack,
    .cancel = cancel_stack,
    .destroy = destroy_stack,
    .rollback = rollback_stack,
    .status = status_of,
    .deployed = deployed_of,
    .parameters = parameters_of,
    .stacks = stacks_of,
    .drift = drift_stack,
    .endpoints = endpoints_of,
    .failures = failures_of,
    .fast = fast_stack,
    .logs = logs_of,
    .invoke = invoke_function,
    .policy = policy_of,
};

const AdapterModule pluto_adapter = {
    .abi = ADAPTER_ABI,
    .size = sizeof(AwsApi),
    .version = PLUTO_VERSION,
    .table = &api,
};
