// Names, ARNs and URLs of resources as they are on this machine.
//
// Input: a resource of the template, and which attribute of it. Output: what AWS would have made
// up, of the same shape. Invariant: the same template gives the same values, in every run: data of
// tables is found again.
#include "adapters/run/template.h"
#include "adapters/run/text.h"

typedef enum Shape {
    SHAPE_NAME,    // the property that names it, else <stack>-<logical id>
    SHAPE_BUCKET,  // the same as S3 takes it: in lower case, and not longer than its names are
    SHAPE_ARN,     // arn:<partition>:<service>:<region>:<account>:<what><name>
    SHAPE_ID,      // ten letters and digits that say nothing
    SHAPE_ORIGIN,  // where it serves
    SHAPE_SLASHED, // the same with a slash at the end
    SHAPE_TARGET,  // the property TargetFunctionArn
} Shape;

typedef struct Attribute {
    const char *type, *name; // "" for Ref
    Shape shape;
    const char *property; // that names the resource
    const char *arn;      // "lambda:R:A:function:", R and A stand for region and account
} Attribute;

#define SAGEMAKER "sagemaker:R:A:"

// What templates of ours refer to, and the same of what people add by hand.
static const Attribute ATTRIBUTES[] = {
    {"AWS::ApiGatewayV2::Api", "", SHAPE_ID, NULL, NULL},
    {"AWS::ApiGatewayV2::Api", "ApiId", SHAPE_ID, NULL, NULL},
    {"AWS::ApiGatewayV2::Api", "ApiEndpoint", SHAPE_ORIGIN, NULL, NULL},
    {"AWS::ApiGatewayV2::Integration", "", SHAPE_ID, NULL, NULL},
    {"AWS::ApiGatewayV2::Route", "", SHAPE_ID, NULL, NULL},
    {"AWS::ApiGatewayV2::Stage", "", SHAPE_NAME, "StageName", NULL},
    {"AWS::DynamoDB::Table", "", SHAPE_NAME, "TableName", NULL},
    {"AWS::DynamoDB::Table", "Arn", SHAPE_ARN, "TableName", "dynamodb:R:A:table/"},
    {"AWS::IAM::Role", "", SHAPE_NAME, "RoleName", NULL},
    {"AWS::IAM::Role", "Arn", SHAPE_ARN, "RoleName", "iam::A:role/"},
    {"AWS::Lambda::Function", "", SHAPE_NAME, "FunctionName", NULL},
    {"AWS::Lambda::Function", "Arn", SHAPE_ARN, "FunctionName", "lambda:R:A:function:"},
    {"AWS::Lambda::Url", "", SHAPE_TARGET, NULL, NULL},
    {"AWS::Lambda::Url", "FunctionArn", SHAPE_TARGET, NULL, NULL},
    {"AWS::Lambda::Url", "FunctionUrl", SHAPE_SLASHED, NULL, NULL},
    {"AWS::Logs::LogGroup", "", SHAPE_NAME, "LogGroupName", NULL},
    {"AWS::Logs::LogGroup", "Arn", SHAPE_ARN, "LogGroupName", "logs:R:A:log-group:"},
    {"AWS::S3::Bucket", "", SHAPE_BUCKET, "BucketName", NULL},
    {"AWS::S3::Bucket", "Arn", SHAPE_BUCKET, "BucketName", "s3:::"},
    {"AWS::SageMaker::Endpoint", "", SHAPE_ARN, "EndpointName", SAGEMAKER "endpoint/"},
    {"AWS::SageMaker::Endpoint", "EndpointName", SHAPE_NAME, "EndpointName", NULL},
    {"AWS::SageMaker::EndpointConfig", "", SHAPE_ARN, "EndpointConfigName",
     SAGEMAKER "endpoint-config/"},
    {"AWS::SageMaker::EndpointConfig", "EndpointConfigName", SHAPE_NAME, "EndpointConfigName",
     NULL},
    {"AWS::SageMaker::Model", "", SHAPE_ARN, "ModelName", SAGEMAKER "model/"},
    {"AWS::SageMaker::Model", "ModelName", SHAPE_NAME, "ModelName", NULL},
};

static const Attribute *find(Str type, Str name) {
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof *ATTRIBUTES; i++)
        if (str_is(type, ATTRIBUTES[i].type) && str_is(name, ATTRIBUTES[i].name))
            return &ATTRIBUTES[i];
    return NULL;
}

static bool known_type(Str type) {
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof *ATTRIBUTES; i++)
        if (str_is(type, ATTRIBUTES[i].type))
            return true;
    return false;
}

// A table, say, has no name in the template, so that it can be replaced while it still stands; here
// it gets one that lasts, for its data does.
static bool name_of(Template *t, TemplateResource *r, const char *property, Str *out, Err *err) {
    const Tree *given = NULL;
    if (property && !template_property(t, r, property, &given, err))
        return false;
    Arena *a = template_arena(t);
    *out = tree_str(a, given);
    if (out->n == 0)
        *out = str_fmt(a, "%.*s-%.*s", STR_ARG(template_stack(t)), STR_ARG(r->id));
    return true;
}

static Str arn(Template *t, const char *format, Str name) {
    Buf b = buf_new(template_arena(t));
    buf_printf(&b, "arn:%.*s:", STR_ARG(template_partition(t)));
    for (; *format; format++)
        if (*format == 'R')
            buf_put(&b, template_local(t)->region);
        else if (*format == 'A')
            buf_puts(&b, TEMPLATE_ACCOUNT);
        else
            buf_putc(&b, *format);
    buf_put(&b, name);
    return buf_str(&b);
}

static bool origin(Template *t, const TemplateResource *r, const char *end, Str *out, Err *err) {
    Arena *a = template_arena(t);
    const TemplateLocal *local = template_local(t);
    if (!local->origin(local->context, a, r->owner, out, err))
        return false;
    *out = str_cat(a, *out, str_of(end));
    return true;
}

// Kept, for each route asks each integration for its id.
static Str made_up_id(Template *t, TemplateResource *r) {
    Arena *a = template_arena(t);
    if (r->made_up.n == 0)
        r->made_up =
            text_id(a, str_fmt(a, "%.*s/%.*s", STR_ARG(template_stack(t)), STR_ARG(r->id)), 10);
    return r->made_up;
}

static bool bucket_of(Template *t, TemplateResource *r, const Attribute *known, Str *out,
                      Err *err) {
    enum { LONGEST = 63 };
    if (!name_of(t, r, known->property, out, err))
        return false;
    *out = text_lower(template_arena(t), *out);
    if (out->n > LONGEST) // its end tells buckets of one stack apart
        *out = str_slice(*out, out->n - LONGEST, out->n);
    while (out->n && (out->p[0] == '-' || out->p[0] == '.'))
        *out = str_slice(*out, 1, out->n);
    if (known->arn)
        *out = arn(t, known->arn, *out);
    return true;
}

static bool shaped(Template *t, TemplateResource *r, const Attribute *known, Str *out, Err *err) {
    const Tree *target = NULL;
    switch (known->shape) {
    case SHAPE_NAME:
        return name_of(t, r, known->property, out, err);
    case SHAPE_BUCKET:
        return bucket_of(t, r, known, out, err);
    case SHAPE_ARN:
        if (!name_of(t, r, known->property, out, err))
            return false;
        *out = arn(t, known->arn, *out);
        return true;
    case SHAPE_ID:
        *out = made_up_id(t, r);
        return true;
    case SHAPE_ORIGIN:
        return origin(t, r, "", out, err);
    case SHAPE_SLASHED:
        return origin(t, r, "/", out, err);
    case SHAPE_TARGET:
        if (!template_property(t, r, "TargetFunctionArn", &target, err))
            return false;
        *out = tree_str(template_arena(t), target);
        return true;
    }
    BUG("an attribute of shape %d", (int)known->shape);
}

bool template_attribute(Template *t, TemplateResource *r, Str attribute, Str *out, Err *err) {
    if (!r->present)
        return err_set(err, ERR_USAGE, "the template refers to `%.*s`, which its condition removes",
                       STR_ARG(r->id));
    // Its name is being made of what asks for its name.
    if (r->busy)
        return err_set(err, ERR_USAGE, "in the template `%.*s` refers to itself", STR_ARG(r->id));
    const Attribute *known = find(r->type, attribute);
    Arena *a = template_arena(t);
    if (known) {
        r->busy = true;
        bool good = shaped(t, r, known, out, err);
        r->busy = false;
        return good;
    }
    // Of types that are served a wrong attribute is a mistake, which AWS would refuse, too.
    if (attribute.n && known_type(r->type))
        return err_set(err, ERR_USAGE, "`%.*s` of the template, %.*s, has no attribute `%.*s`",
                       STR_ARG(r->id), STR_ARG(r->type), STR_ARG(attribute));
    // Of what is not served here: something to hand on, that no one takes for the real thing.
    *out = str_fmt(a, "%.*s-%.*s%s%.*s", STR_ARG(template_stack(t)), STR_ARG(r->id),
                   attribute.n ? "." : "", STR_ARG(attribute));
    return true;
}
