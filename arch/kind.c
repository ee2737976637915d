// Looking things up in the table of resource kinds, and what the SDK exports beside them.
//
// Input: the table that generator/kinds/ holds, as data. Output: rows, or NULL where there is none.
// Invariant: the table is sorted by name; rows and their lists never change.

#include "arch/kind.h"

#include <string.h>

const char *const SDK_PACKAGES[] = {"@plutolang/pluto", NULL};

// The SDK's vocabulary, old and new: handler and event shapes, options, and the client and
// infrastructure halves of each kind. They are erased with the other types.
const char *const SDK_TYPES[] = {
    "AnyFunction",
    "BucketOptions",
    "CloudEvent",
    "CorsOptions",
    "DEFAULT_FUNCTION_NAME",
    "DirectCallResponse",
    "EnvironmentValue",
    "EnvironmentVariables",
    "EventHandler",
    "FnResource",
    "FunctionHandler",
    "FunctionOptions",
    "HttpRequest",
    "HttpResponse",
    "HuggingFaceTaskType",
    "IBucketCapturedProps",
    "IBucketClient",
    "IBucketClientApi",
    "IBucketInfra",
    "IBucketInfraApi",
    "IBucketRegularApi",
    "IFunctionCapturedProps",
    "IFunctionClient",
    "IFunctionClientApi",
    "IFunctionInfra",
    "IFunctionInfraApi",
    "IKVStoreCapturedProps",
    "IKVStoreClient",
    "IKVStoreClientApi",
    "IKVStoreInfra",
    "IKVStoreInfraApi",
    "IKVStoreRegularApi",
    "IQueueCapturedProps",
    "IQueueClient",
    "IQueueClientApi",
    "IQueueInfra",
    "IQueueInfraApi",
    "IReactAppCapturedProps",
    "IReactAppClient",
    "IReactAppClientApi",
    "IReactAppInfra",
    "IReactAppInfraApi",
    "IResource",
    "IResourceCapturedProps",
    "IResourceClientApi",
    "IResourceInfra",
    "IResourceInfraApi",
    "IRouterCapturedProps",
    "IRouterClient",
    "IRouterClientApi",
    "IRouterInfra",
    "IRouterInfraApi",
    "ISageMakerCapturedProps",
    "ISageMakerClient",
    "ISageMakerClientApi",
    "ISageMakerInfra",
    "ISageMakerInfraApi",
    "ISageMakerRegularApi",
    "IScheduleCapturedProps",
    "IScheduleClient",
    "IScheduleClientApi",
    "IScheduleInfra",
    "IScheduleInfraApi",
    "ISecretCapturedProps",
    "ISecretClient",
    "ISecretClientApi",
    "ISecretInfra",
    "ISecretInfraApi",
    "ITesterCapturedProps",
    "ITesterClient",
    "ITesterClientApi",
    "ITesterInfra",
    "ITesterInfraApi",
    "IWebsiteCapturedProps",
    "IWebsiteClient",
    "IWebsiteClientApi",
    "IWebsiteInfra",
    "IWebsiteInfraApi",
    "KVStoreClientOptions",
    "KVStoreInfraOptions",
    "KVStoreOptions",
    "QueueClient",
    "QueueClientOptions",
    "QueueInfra",
    "QueueInfraOptions",
    "QueueOptions",
    "ReactAppOptions",
    "RequestHandler",
    "RouteAnswer",
    "RouteHandler",
    "RouterInfra",
    "RouterInfraOptions",
    "RouterOptions",
    "SageMakerAsync",
    "SageMakerOptions",
    "SageMakerVariant",
    "ScheduleHandler",
    "ScheduleOptions",
    "SecretOptions",
    "TestCase",
    "TestHandler",
    "TesterOptions",
    "WebsiteOptions",
    NULL,
};

const Kind *kind_find(const KindTable *t, Str name) {
    uint32_t low = 0, high = t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = str_cmp(name, str_of(t->at[middle]->name));
        if (order == 0)
            return t->at[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const Op *kind_op(const Kind *k, Str name) {
    for (const Op *op = k->ops; op && op->name; op++)
        if (str_is(name, op->name))
            return op;
    return NULL;
}

const Property *kind_property(const Kind *k, Str name) {
    for (const Property *p = k->properties; p && p->name; p++)
        if (str_is(name, p->name))
            return p;
    return NULL;
}

const Param *param_find(const Param *params, const char *name) {
    for (const Param *p = params; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}
