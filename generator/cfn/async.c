// Asynchronous inference.
//
// Input: a model's option `asyncInference`, and the edges that ask it. Output:
// AsyncInferenceConfig, a bucket for what the program gives no place, grants. Invariant: an
// endpoint with that configuration answers asynchronous requests only, so a model that is also
// asked at once is refused.
#include "generator/cfn/async.h"

#include "generator/cfn/names.h"

// Where questions, answers and failures lie.
typedef enum Place { PLACE_INPUT, PLACE_OUTPUT, PLACE_FAILURE, PLACE_COUNT } Place;

static const char *const OPTIONS[] = {"inputPath", "outputPath", "failurePath"};
static const char *const FOLDERS[] = {"input", "output", "failure"};

static const ArchEdge *asked(const Node *n, bool later) {
    for (uint32_t i = 0; i < n->in.n; i++) {
        const ArchEdge *e = n->in.at[i];
        bool invokes = str_starts(e->operation, "invoke");
        if (e->type == EDGE_CALL && invokes && str_is(e->operation, "invokeAsync") == later)
            return e;
    }
    return NULL;
}

bool async_wanted(const Node *n) {
    return option_value(n->resource, "asyncInference") || asked(n, true);
}

// `s3://bucket/folder`, without a slash at its end; empty where the program gives none.
static Str path_of(const Node *n, Place place) {
    const ArchValue *v = arch_find(option_value(n->resource, "asyncInference"), OPTIONS[place]);
    Str path = v && v->type == ARCH_STRING ? v->text : STR_EMPTY;
    while (str_ends(path, "/"))
        path.n--;
    return path;
}

static Str bucket_id(Gen *g, const Node *n) {
    return names_logical(g->arena, n->resource->kind, n->resource->name, "AsyncBucket");
}

static bool needs_bucket(const Node *n) {
    for (Place p = PLACE_INPUT; p < PLACE_COUNT; p++)
        if (path_of(n, p).n == 0)
            return true;
    return false;
}

static bool path_good(Str path) {
    enum { SCHEME = 5, SHORTEST = 3 };
    if (!str_starts(path, "s3://"))
        return false;
    int64_t slash = str_find(path, STR("/"), SCHEME);
    uint32_t end = slash < 0 ? path.n : (uint32_t)slash;
    for (uint32_t i = 0; i < path.n; i++)
        if (str_contains(STR("$*?{} "), (char[]){path.p[i], 0}))
            return false; // means something else in an ARN or in Fn::Sub
    return end >= SCHEME + SHORTEST;
}

// ---- What is refused ----------------------------------------------------------------------------

static bool ways_agree(Gen *g, const Node *n) {
    const ArchEdge *now = asked(n, false), *later = asked(n, true);
    Str id = n->resource->id;
    if (!now)
        return true;
    Diag *d = gen_error_at(g, P0508, gen_edge_place(g, now),
                           "`%.*s` is asked by `%.*s` of `%.*s`, but its endpoint is asynchronous",
                           STR_ARG(id), STR_ARG(now->operation), STR_ARG(now->from));
    if (later)
        diag_note(d, "`%.*s` uses `invokeAsync`", STR_ARG(later->from));
    else
        diag_note(d, "its option `asyncInference` makes it so");
    diag_note(d, "an asynchronous endpoint of SageMaker answers asynchronous requests only");
    diag_help(d, "create two models, one for each way of asking");
    return false;
}

static bool paths_good(Gen *g, const Node *n) {
    bool good = true;
    for (Place p = PLACE_INPUT; p < PLACE_COUNT; p++) {
        Str path = path_of(n, p);
        if (path.n == 0 || path_good(path))
            continue;
        good = false;
        Diag *d = gen_error(g, P0301, n->resource, "`%.*s` is not a folder in S3", STR_ARG(path));
        diag_help(d, "write `s3://bucket/folder`");
    }
    return good;
}

// ---- Places -------------------------------------------------------------------------------------

static Json *uri_of(Gen *g, const Node *n, Place place) {
    Str path = path_of(n, place);
    Str own = str_fmt(g->arena, "s3://${Bucket}/%s", FOLDERS[place]);
    return path.n ? json_text(path) : json_sub_with(own, "Bucket", json_ref(bucket_id(g, n)));
}

static Json *objects_in(Gen *g, const Node *n, Place place) {
    enum { SCHEME = 5 };
    Str path = path_of(n, place);
    Str own = str_fmt(g->arena, "${Bucket}/%s/*", FOLDERS[place]);
    if (!path.n)
        return json_sub_with(own, "Bucket", json_att(bucket_id(g, n), "Arn"));
    return json_sub(str_fmt(g->arena, "arn:${AWS::Partition}:s3:::%.*s/*",
                            STR_ARG(str_slice(path, SCHEME, path.n))));
}

static Json *answers(Gen *g, const Node *n) {
    Json *both = json_push(json_array(), objects_in(g, n, PLACE_OUTPUT));
    return json_push(both, objects_in(g, n, PLACE_FAILURE));
}

Json *async_bucket(Gen *g, const Node *n) {
    enum { SCHEME = 5 };
    Str path = path_of(n, PLACE_INPUT);
    if (!path.n)
        return json_ref(bucket_id(g, n));
    Str rest = str_slice(path, SCHEME, path.n);
    int64_t slash = str_find(rest, STR("/"), 0);
    return json_text(slash < 0 ? rest : str_slice(rest, 0, (uint32_t)slash));
}

// ---- What is made -------------------------------------------------------------------------------

static Str statement(Gen *g, const Node *n, const char *what) {
    return names_logical(g->arena, n->resource->kind, n->resource->name, what);
}

static void permit_host(Gen *g, const Node *n, Policy *host) {
    static const char *const READ[] = {"s3:GetObject", NULL};
    // Answers may be larger than what goes in one part.
    static const char *const WRITE[] = {"s3:AbortMultipartUpload", "s3:PutObject", NULL};
    policy_allow(host, STR("Questions"), READ, objects_in(g, n, PLACE_INPUT), NULL);
    policy_allow(host, STR("Answers"), WRITE, answers(g, n), NULL);
}

void async_permit_questions(Gen *g, const Node *n, Policy *policy) {
    static const char *const WRITE[] = {"s3:PutObject", NULL};
    policy_allow(policy, statement(g, n, "Questions"), WRITE, objects_in(g, n, PLACE_INPUT), NULL);
}

void async_permit_answers(Gen *g, const Node *n, Policy *policy) {
    static const char *const READ[] = {"s3:GetObject", NULL};
    policy_allow(policy, statement(g, n, "Answers"), READ, answers(g, n), NULL);
}

static void add_bucket(Gen *g, const Node *n) {
    static const char *const BLOCKS[] = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls",
                                         "RestrictPublicBuckets"};
    Json *block = json_object();
    for (size_t i = 0; i < sizeof BLOCKS / sizeof *BLOCKS; i++)
        json_set(block, BLOCKS[i], json_bool(true));
    Json *by = json_set(json_object(), "SSEAlgorithm", json_string("AES256"));
    Json *rule = json_set(json_object(), "ServerSideEncryptionByDefault", by);
    Json *rules = json_push(json_array(), rule);
    Json *owner = json_set(json_object(), "ObjectOwnership", json_string("BucketOwnerEnforced"));
    Json *p = json_object();
    json_set(p, "BucketEncryption",
             json_set(json_object(), "ServerSideEncryptionConfiguration", rules));
    json_set(p, "PublicAccessBlockConfiguration", block);
    json_set(p, "OwnershipControls",
             json_set(json_object(), "Rules", json_push(json_array(), owner)));
    json_set(p, "Tags", gen_tags(g, n->resource));
    Str id = bucket_id(g, n);
    Json *bucket = gen_add(g, n->resource, STR_EMPTY, id, "AWS::S3::Bucket", p);
    if (!bucket)
        return;
    // What models answered is data.
    json_set(bucket, "DeletionPolicy", json_string("RetainExceptOnCreate"));
    json_set(bucket, "UpdateReplacePolicy", json_string("Retain"));
    gen_output(g, str_cat(g->arena, id, STR("Name")),
               str_fmt(g->arena, "the bucket of %.*s", STR_ARG(n->resource->id)), json_ref(id));
}

Json *async_json(Gen *g, const Node *n, Policy *host) {
    bool agreed = ways_agree(g, n);
    if (!paths_good(g, n) || !agreed)
        return NULL;
    if (needs_bucket(n))
        add_bucket(g, n);
    permit_host(g, n, host);
    Json *output = json_set(json_object(), "S3OutputPath", uri_of(g, n, PLACE_OUTPUT));
    json_set(output, "S3FailurePath", uri_of(g, n, PLACE_FAILURE));
    Json *config = json_set(json_object(), "OutputConfig", output);
    const ArchValue *most =
        arch_find(option_value(n->resource, "asyncInference"), "maxConcurrentInvocations");
    if (most && most->type == ARCH_NUMBER)
        json_set(config, "ClientConfig",
                 json_set(json_object(), "MaxConcurrentInvocationsPerInstance",
                          json_number(most->number)));
    return config;
}
