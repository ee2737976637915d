// What is deployed: App, read from the template that AWS would get.
//
// Input: the template, the packages, the deployer's environment, a port for each URL. Output: the
// functions, URLs, APIs, models and tables of the template, and notes on what is not served here.
// Invariant: nothing is guessed that the template says; what `out` holds is in the arena given.
#include "adapters/run/app_parts.h"

// What in a template needs nobody to serve it: permissions, what belongs to something that is.
static const char *const SILENT[] = {
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::SageMaker::EndpointConfig",
    "AWS::SageMaker::Model",
};

// ---- Local values -------------------------------------------------------------------------------

// What a deployment would hand over: variables of the environment, and where packages are.
static bool parameter(void *context, Arena *a, Str name, Str *out) {
    const Reading *r = context;
    Host *host = r->read->in->host;
    const Tree *variable = tree_get(tree_find(r->pluto, "variables"), name);
    if (variable)
        return host->env(host, a, variable->text, out);
    // No keys of a bucket, but they say what they stand for. Those of a large program come in
    // lists.
    Buf list = buf_new(a);
    for (const Tree *code = tree_child(r->pluto, "code"); code; code = code->next) {
        const Tree *own = code->type == TREE_LIST ? code->child : code;
        if (!own || own->type != TREE_TEXT || !str_eq(own->text, name))
            continue;
        buf_puts(&list, list.n ? "," : "");
        buf_put(&list, code->key);
    }
    *out = list.n ? buf_str(&list) : STR("local");
    return list.n || str_is(name, "ArtifactBucket");
}

// Asked once for each: whoever gives ports may count the calls.
static uint16_t port_of(Reading *r, Str owner, Err *err) {
    const uint16_t *known = map_find(&r->ports, owner);
    if (known)
        return *known;
    uint16_t *port = arena_new(r->a, uint16_t);
    *port = r->read->port(r->read->context, owner, err);
    if (*port)
        map_set(&r->ports, owner, port);
    return *port;
}

static bool origin(void *context, Arena *a, Str owner, Str *out, Err *err) {
    uint16_t port = port_of(context, owner, err);
    *out = str_fmt(a, "http://127.0.0.1:%u", port);
    return port != 0;
}

// ---- Parts --------------------------------------------------------------------------------------

void reading_note(Reading *r, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vec_push(r->a, &r->out->notes, str_vfmt(r->a, fmt, ap));
    va_end(ap);
}

TextVec reading_texts(Arena *a, const Tree *list) {
    TextVec all = {0};
    for (const Tree *item = list ? list->child : NULL; item; item = item->next)
        vec_push(a, &all, tree_str(a, item));
    return all;
}

AppCors reading_cors(Arena *a, const Tree *cors) {
    if (!cors || cors->type != TREE_OBJECT)
        return (AppCors){.max_age = -1};
    return (AppCors){.present = true,
                     .allow_origins = reading_texts(a, tree_find(cors, "AllowOrigins")),
                     .allow_methods = reading_texts(a, tree_find(cors, "AllowMethods")),
                     .allow_headers = reading_texts(a, tree_find(cors, "AllowHeaders")),
                     .expose_headers = reading_texts(a, tree_find(cors, "ExposeHeaders")),
                     .allow_credentials = tree_bool_at(cors, "AllowCredentials", false),
                     .max_age = (int64_t)tree_num_at(cors, "MaxAge", -1)};
}

// SageMaker's own address, which endpointUrl() is made of, leads here: programs that ask it without
// an SDK know nothing of the variables that send SDKs here.
static Str local_address(Reading *r, Str text) {
    Str plane = str_fmt(r->a, "https://runtime.sagemaker.%.*s.%.*s/", STR_ARG(r->read->region),
                        STR_ARG(template_suffix(r->t)));
    if (!str_starts(text, str_cstr(r->a, plane)))
        return text;
    Str rest = str_slice(text, plane.n, text.n);
    return str_fmt(r->a, "%.*s/%.*s", STR_ARG(r->read->endpoint), STR_ARG(rest));
}

AppPairVec reading_env(Reading *r, Str owner, const Tree *variables) {
    AppPairVec all = {0};
    for (const Tree *v = variables ? variables->child : NULL; v; v = v->next) {
        Str text = local_address(r, tree_str(r->a, v));
        if (str_contains(text, "{{resolve:"))
            reading_note(r, "`%.*s` of %.*s names a value that only AWS can look up",
                         STR_ARG(v->key), STR_ARG(owner));
        vec_push(r->a, &all, (AppPair){v->key, text});
    }
    return all;
}

static const RunFunction *package_of(const Reading *r, Str id) {
    const RunApp *in = r->read->in;
    for (uint32_t i = 0; i < in->function_count; i++)
        if (str_eq(in->functions[i].id, id))
            return &in->functions[i];
    return NULL;
}

static Str or_else(Str text, Str fallback) {
    return text.n ? text : fallback;
}

// Where the template is silent, Lambda's own defaults stand: three seconds, 128 MB.
static bool add_function(Reading *r, TemplateResource *res, const Tree *p, Err *err) {
    const RunFunction *package = package_of(r, res->owner);
    if (!package)
        return err_set(err, ERR_USAGE, "there is no package of `%.*s`", STR_ARG(res->owner));
    const Tree *architectures = tree_find(p, "Architectures");
    const Tree *logging = tree_find(p, "LoggingConfig");
    AppFunction f = {
        .id = res->owner,
        .logical = res->id,
        .folder = str_dup(r->a, package->folder),
        .hash = str_dup(r->a, package->hash),
        .handler = or_else(tree_str_at(r->a, p, "Handler"), STR("index.handler")),
        .runtime = tree_str_at(r->a, p, "Runtime"),
        .architecture =
            or_else(tree_str(r->a, architectures ? architectures->child : NULL), STR("x86_64")),
        .env = reading_env(r, res->owner, tree_find(tree_find(p, "Environment"), "Variables")),
        .timeout_ms = (uint32_t)(reading_number(p, "Timeout", 3, 900) * 1000),
        .memory_mb = (uint32_t)reading_number(p, "MemorySize", 128, 10240),
        .reserved = (int64_t)tree_num_at(p, "ReservedConcurrentExecutions", -1),
        .log_format = or_else(tree_str_at(r->a, logging, "LogFormat"), STR("Text")),
        .log_group = tree_str_at(r->a, logging, "LogGroup")};
    if (!template_attribute(r->t, res, STR_EMPTY, &f.name, err) ||
        !template_attribute(r->t, res, STR("Arn"), &f.arn, err))
        return false;
    if (f.log_group.n == 0)
        f.log_group = str_cat(r->a, STR("/aws/lambda/"), f.name);
    vec_push(r->a, &r->out->functions, f);
    return true;
}

// CreateTable takes what the template has, under the same names; the rest (tags, backups,
// encryption) means nothing on this machine.
static bool add_table(Reading *r, TemplateResource *res, const Tree *p, Err *err) {
    static const char *const CREATE[] = {"AttributeDefinitions",
                                         "KeySchema",
                                         "BillingMode",
                                         "ProvisionedThroughput",
                                         "GlobalSecondaryIndexes",
                                         "LocalSecondaryIndexes"};
    AppTable table = {.id = res->owner};
    if (!template_attribute(r->t, res, STR_EMPTY, &table.name, err))
        return false;
    Buf b = buf_new(r->a);
    buf_puts(&b, "{\"TableName\":");
    text_quote(&b, table.name);
    for (size_t i = 0; i < sizeof CREATE / sizeof *CREATE; i++) {
        const Tree *given = tree_find(p, CREATE[i]);
        if (!given)
            continue;
        buf_printf(&b, ",\"%s\":", CREATE[i]);
        tree_write(&b, given);
    }
    buf_putc(&b, '}');
    table.create_json = buf_str(&b);
    const Tree *ttl = tree_find(p, "TimeToLiveSpecification");
    if (tree_bool_at(ttl, "Enabled", true))
        table.ttl_attribute = tree_str_at(r->a, ttl, "AttributeName");
    vec_push(r->a, &r->out->tables, table);
    return true;
}

// The container of the endpoint's first variant.
static bool add_model(Reading *r, TemplateResource *res, const Tree *p, Err *err) {
    AppModel m = {.id = res->owner};
    if (!template_attribute(r->t, res, STR("EndpointName"), &m.endpoint, err))
        return false;
    const Tree *config = NULL, *model = NULL;
    if (!reading_named(r, "AWS::SageMaker::EndpointConfig", "EndpointConfigName",
                       tree_str_at(r->a, p, "EndpointConfigName"), &config, err))
        return false;
    const Tree *variants = tree_find(config, "ProductionVariants");
    const Tree *variant = variants ? variants->child : NULL;
    if (!reading_named(r, "AWS::SageMaker::Model", "ModelName",
                       tree_str_at(r->a, variant, "ModelName"), &model, err))
        return false;
    if (variants && variants->count > 1) {
        Str name = tree_str_at(r->a, variant, "VariantName");
        reading_note(r, "of the %u variants of %.*s only `%.*s` answers", variants->count,
                     STR_ARG(m.id), STR_ARG(name));
    }
    const Tree *container = tree_find(model, "PrimaryContainer");
    // A pipeline of containers is asked at its first.
    if (!container && tree_find(model, "Containers"))
        container = tree_find(model, "Containers")->child;
    m.image = tree_str_at(r->a, container, "Image");
    m.env = reading_env(r, m.id, tree_find(container, "Environment"));
    const Tree *async = tree_find(config, "AsyncInferenceConfig");
    m.async = async != NULL;
    const Tree *output = async ? tree_find(async, "OutputConfig") : NULL;
    m.output = tree_str_at(r->a, output, "S3OutputPath");
    m.failure = tree_str_at(r->a, output, "S3FailurePath");
    vec_push(r->a, &r->out->models, m);
    return true;
}

// ---- All of them --------------------------------------------------------------------------------

typedef struct Reader {
    const char *type;
    bool (*add)(Reading *r, TemplateResource *res, const Tree *properties, Err *err);
} Reader;

// Functions first: URLs and routes lead to them.
static const Reader READERS[] = {
    {"AWS::Lambda::Function", add_function},     {"AWS::Lambda::Url", reading_add_url},
    {"AWS::ApiGatewayV2::Api", reading_add_api}, {"AWS::DynamoDB::Table", add_table},
    {"AWS::SageMaker::Endpoint", add_model},
};

static bool add_all(Reading *r, const Reader *reader, Err *err) {
    TemplateResourceVec *all = template_resources(r->t);
    for (uint32_t i = 0; i < all->n; i++) {
        TemplateResource *res = &all->at[i];
        const Tree *p = NULL;
        if (!res->present || !str_is(res->type, reader->type))
            continue;
        if (!template_properties(r->t, res, &p, err) || !reader->add(r, res, p, err))
            return false;
    }
    return true;
}

static bool serves(const TemplateResource *res) {
    return res->present &&
           (str_is(res->type, "AWS::Lambda::Url") || str_is(res->type, "AWS::ApiGatewayV2::Api"));
}

// Ports are given in the graph's order, which a template has, too, but not several of them; then to
// what no resource of the graph owns.
static bool take_ports(Reading *r, const Tree *graph, Err *err) {
    TemplateResourceVec *all = template_resources(r->t);
    Map by_owner = map_new(r->a);
    for (uint32_t i = 0; i < all->n; i++)
        if (serves(&all->at[i]))
            map_set(&by_owner, all->at[i].owner, &all->at[i]);
    for (const Tree *item = graph->child; item; item = item->next) {
        Str id = tree_str_at(r->a, item, "id");
        if (map_has(&by_owner, id) && !port_of(r, id, err))
            return false;
    }
    for (uint32_t i = 0; i < by_owner.n; i++)
        if (!port_of(r, by_owner.at[i].key, err))
            return false;
    return true;
}

// The bucket of an asynchronous endpoint is a folder here (sagemaker_async.c).
static bool is_folder(const TemplateResource *res) {
    return str_is(res->type, "AWS::S3::Bucket") && str_starts(res->owner, "SageMaker/");
}

static void note_others(Reading *r) {
    TemplateResourceVec *all = template_resources(r->t);
    for (uint32_t i = 0; i < all->n; i++) {
        const TemplateResource *res = &all->at[i];
        bool known = !res->present || res->nested || is_folder(res);
        for (size_t k = 0; k < sizeof READERS / sizeof *READERS; k++)
            known = known || str_is(res->type, READERS[k].type);
        for (size_t k = 0; k < sizeof SILENT / sizeof *SILENT; k++)
            known = known || str_is(res->type, SILENT[k]);
        if (!known)
            reading_note(r, "%.*s is not served here: it needs %.*s", STR_ARG(res->owner),
                         STR_ARG(res->type));
    }
}

// ---- What is said of them -----------------------------------------------------------------------

// What programs read of a resource after deployment, under the names that they read it by.
static void tell(Reading *r, AppResource *to, Str id, const char *name, Str value) {
    if (str_eq(to->id, id))
        vec_push(r->a, &to->properties, (AppPair){str_of(name), value});
}

static void add_resource(Reading *r, Str id) {
    App *app = r->out;
    AppResource made = {.id = id};
    for (uint32_t i = 0; i < app->urls.n; i++)
        tell(r, &made, app->urls.at[i].id, "url",
             str_fmt(r->a, "http://127.0.0.1:%u/", app->urls.at[i].port));
    for (uint32_t i = 0; i < app->apis.n; i++)
        tell(r, &made, app->apis.at[i].id, "url",
             str_fmt(r->a, "http://127.0.0.1:%u", app->apis.at[i].port));
    for (uint32_t i = 0; i < app->functions.n; i++)
        tell(r, &made, app->functions.at[i].id, "awsFunctionName", app->functions.at[i].name);
    for (uint32_t i = 0; i < app->models.n; i++)
        tell(r, &made, app->models.at[i].id, "endpointName", app->models.at[i].endpoint);
    for (uint32_t i = 0; i < app->tables.n; i++)
        tell(r, &made, app->tables.at[i].id, "awsTableName", app->tables.at[i].name);
    vec_push(r->a, &app->resources, made);
}

static const Tree *graph_read(Reading *r, Err *err) {
    const Tree *arch = tree_read(r->a, str_dup(r->a, r->read->in->arch_json));
    const Tree *list = tree_find(arch, "resources");
    if (!list)
        err_set(err, ERR_USAGE, "the graph cannot be read");
    return list;
}

static void templates_copy(Reading *r, TemplateLocal *local) {
    const RunApp *in = r->read->in;
    RunTemplate *nested = arena_array(r->a, RunTemplate, in->nested_count);
    for (uint32_t i = 0; i < in->nested_count; i++)
        nested[i] =
            (RunTemplate){str_dup(r->a, in->nested[i].stack), str_dup(r->a, in->nested[i].json)};
    local->nested = nested;
    local->nested_count = in->nested_count;
}

bool app_read(Arena *a, const AppRead *read, App *out, Err *err) {
    *out = (App){.region = str_dup(a, read->region), .account = STR(TEMPLATE_ACCOUNT)};
    Reading r = {.a = a, .read = read, .out = out, .ports = map_new(a)};
    TemplateLocal local = {
        .region = out->region, .parameter = parameter, .origin = origin, .context = &r};
    templates_copy(&r, &local);
    r.local = local;
    // Conditions are evaluated at once, with values of variables, which the metadata names.
    Str text = str_dup(a, read->in->template_json);
    r.pluto = tree_find(tree_find(tree_read(a, text), "Metadata"), "pluto");
    if (!template_read(a, text, &r.local, &r.t, err))
        return false;
    out->project = tree_str_at(a, r.pluto, "project");
    out->stack = tree_str_at(a, r.pluto, "stack");
    const Tree *graph = graph_read(&r, err);
    if (!graph || !take_ports(&r, graph, err))
        return false;
    for (size_t i = 0; i < sizeof READERS / sizeof *READERS; i++)
        if (!add_all(&r, &READERS[i], err))
            return false;
    note_others(&r);
    for (const Tree *item = graph->child; item; item = item->next)
        add_resource(&r, tree_str_at(a, item, "id"));
    return true;
}
