// Where services are. In: a service and a region, and what the user has set. Out: a URL, the host
// that is signed, and the region that it is signed for.
//
// AWS's rules in a table: a pattern each for the plain host, FIPS, dual stack, and both; `*` in a
// partition's column is for all that have no row. Invariant: a request with a signature goes over
// TLS, or stays on this machine.

#include "adapters/aws/endpoint.h"
#include "adapters/aws/query.h"

#include <string.h>

// ---- Partitions --------------------------------------------------------------------------------

typedef struct Rule {
    const char *start; // of a region's name
    Partition partition;
} Rule;

static const Rule RULES[] = {
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"}},
    {"", {"aws", "amazonaws.com", "api.aws", "us-east-1"}},
};

const Partition *partition_of(Str region) {
    size_t i = 0;
    while (!str_starts(region, RULES[i].start))
        i++;
    return &RULES[i].partition;
}

// ---- Services ----------------------------------------------------------------------------------

static const ServiceInfo SERVICES[AWS_SERVICE_COUNT] = {
    [AWS_CLOUDFORMATION] = {"CloudFormation", "cloudformation", "cloudformation", PROTOCOL_QUERY,
                            "2010-05-15"},
    [AWS_S3] = {"S3", "s3", "s3", PROTOCOL_REST_XML, NULL},
    [AWS_STS] = {"STS", "sts", "sts", PROTOCOL_QUERY, "2011-06-15"},
    [AWS_IAM] = {"IAM", "iam", "iam", PROTOCOL_QUERY, "2010-05-08"},
    [AWS_LAMBDA] = {"Lambda", "lambda", "lambda", PROTOCOL_REST_JSON, NULL},
    [AWS_LOGS] = {"CloudWatch Logs", "cloudwatch_logs", "logs", PROTOCOL_JSON, "Logs_20140328"},
    [AWS_SAGEMAKER] = {"SageMaker", "sagemaker", "sagemaker", PROTOCOL_JSON, "SageMaker"},
    [AWS_SAGEMAKER_RUNTIME] = {"SageMaker", "sagemaker_runtime", "sagemaker", PROTOCOL_REST_JSON,
                               NULL},
    [AWS_SERVICE_QUOTAS] = {"Service Quotas", "service_quotas", "servicequotas", PROTOCOL_JSON,
                            "ServiceQuotasV20190624"},
    [AWS_PRICING] = {"the price list", "pricing", "pricing", PROTOCOL_JSON, "AWSPriceListService"},
    [AWS_ECR] = {"ECR", "ecr", "ecr", PROTOCOL_JSON, "AmazonEC2ContainerRegistry_V20150921"},
    [AWS_SSM] = {"Systems Manager", "ssm", "ssm", PROTOCOL_JSON, "AmazonSSM"},
    [AWS_APIGATEWAY] = {"API Gateway", "apigatewayv2", "apigateway", PROTOCOL_REST_JSON, NULL},
};

const ServiceInfo *service_info(AwsService s) {
    BUG_IF((unsigned)s >= AWS_SERVICE_COUNT);
    return &SERVICES[s];
}

// In patterns {r} is the region, {d} the partition's suffix, {2} that of dual stack. The first row
// that fits is taken: rows for partitions, then the one for all.
typedef struct Hosts {
    AwsService service;
    const char *partition; // "*": any
    const char *plain, *fips, *dual, *both;
} Hosts;

static const Hosts HOSTS[] = {
    {AWS_CLOUDFORMATION, "aws-us-gov", "cloudformation.{r}.{d}", "cloudformation.{r}.{d}",
     "cloudformation.{r}.{2}", "cloudformation-fips.{r}.{2}"},
    {AWS_CLOUDFORMATION, "*", "cloudformation.{r}.{d}", "cloudformation-fips.{r}.{d}",
     "cloudformation.{r}.{2}", "cloudformation-fips.{r}.{2}"},
    {AWS_S3, "*", "s3.{r}.{d}", "s3-fips.{r}.{d}", "s3.dualstack.{r}.{d}",
     "s3-fips.dualstack.{r}.{d}"},
    {AWS_STS, "aws-us-gov", "sts.{r}.{d}", "sts.{r}.{d}", "sts.{r}.{2}", "sts-fips.{r}.{2}"},
    {AWS_STS, "*", "sts.{r}.{d}", "sts-fips.{r}.{d}", "sts.{r}.{2}", "sts-fips.{r}.{2}"},
    {AWS_IAM, "aws", "iam.{d}", "iam-fips.{d}", "iam.global.{2}", "iam-fips.global.{2}"},
    {AWS_IAM, "aws-us-gov", "iam.us-gov.{d}", "iam.us-gov.{d}", "iam.us-gov.{2}", "iam.us-gov.{2}"},
    {AWS_IAM, "aws-cn", "iam.{r}.{d}", "iam-fips.{d}", "iam.global.{2}", "iam-fips.{2}"},
    {AWS_IAM, "aws-eusc", "iam.{r}.{d}", "iam-fips.{d}", "iam.global.{2}", "iam-fips.{2}"},
    {AWS_IAM, "aws-iso", "iam.{r}.{d}", "iam-fips.{r}.{d}", "iam.{2}", "iam-fips.{2}"},
    {AWS_IAM, "aws-iso-b", "iam.{r}.{d}", "iam-fips.{r}.{d}", "iam.{2}", "iam-fips.{2}"},
    {AWS_IAM, "*", "iam.{r}.{d}", "iam-fips.{d}", "iam.{2}", "iam-fips.{2}"},
    {AWS_LAMBDA, "*", "lambda.{r}.{d}", "lambda-fips.{r}.{d}", "lambda.{r}.{2}",
     "lambda-fips.{r}.{2}"},
    {AWS_LOGS, "aws-us-gov", "logs.{r}.{d}", "logs.{r}.{d}", "logs.{r}.{2}", "logs-fips.{r}.{2}"},
    {AWS_LOGS, "*", "logs.{r}.{d}", "logs-fips.{r}.{d}", "logs.{r}.{2}", "logs-fips.{r}.{2}"},
    {AWS_SAGEMAKER, "aws", "api.sagemaker.{r}.{d}", "api-fips.sagemaker.{r}.{d}",
     "api.sagemaker.{r}.{2}", "api.sagemaker-fips.{r}.{2}"},
    {AWS_SAGEMAKER, "aws-us-gov", "api.sagemaker.{r}.{d}", "api-fips.sagemaker.{r}.{d}",
     "api.sagemaker.{r}.{2}", "api.sagemaker-fips.{r}.{2}"},
    {AWS_SAGEMAKER, "*", "api.sagemaker.{r}.{d}", "api.sagemaker-fips.{r}.{d}",
     "api.sagemaker.{r}.{2}", "api.sagemaker-fips.{r}.{2}"},
    {AWS_SAGEMAKER_RUNTIME, "aws", "runtime.sagemaker.{r}.{d}", "runtime-fips.sagemaker.{r}.{d}",
     "runtime.sagemaker.{r}.{2}", "runtime.sagemaker-fips.{r}.{2}"},
    {AWS_SAGEMAKER_RUNTIME, "aws-us-gov", "runtime.sagemaker.{r}.{d}", "runtime.sagemaker.{r}.{d}",
     "runtime.sagemaker.{r}.{2}", "runtime.sagemaker-fips.{r}.{2}"},
    {AWS_SAGEMAKER_RUNTIME, "*", "runtime.sagemaker.{r}.{d}", "runtime.sagemaker-fips.{r}.{d}",
     "runtime.sagemaker.{r}.{2}", "runtime.sagemaker-fips.{r}.{2}"},
    {AWS_SERVICE_QUOTAS, "aws-us-gov", "servicequotas.{r}.{d}", "servicequotas.{r}.{d}",
     "servicequotas.{r}.{2}", "servicequotas-fips.{r}.{2}"},
    {AWS_SERVICE_QUOTAS, "*", "servicequotas.{r}.{d}", "servicequotas-fips.{r}.{d}",
     "servicequotas.{r}.{2}", "servicequotas-fips.{r}.{2}"},
    {AWS_PRICING, "*", "api.pricing.{r}.{d}", "api.pricing-fips.{r}.{d}", "api.pricing.{r}.{2}",
     "api.pricing-fips.{r}.{2}"},
    {AWS_ECR, "*", "api.ecr.{r}.{d}", "api.ecr-fips.{r}.{d}", "ecr.{r}.{2}", "ecr-fips.{r}.{2}"},
    {AWS_SSM, "aws-us-gov", "ssm.{r}.{d}", "ssm.{r}.{d}", "ssm.{r}.{2}", "ssm-fips.{r}.{2}"},
    {AWS_SSM, "*", "ssm.{r}.{d}", "ssm-fips.{r}.{d}", "ssm.{r}.{2}", "ssm-fips.{r}.{2}"},
    {AWS_APIGATEWAY, "*", "apigateway.{r}.{d}", "apigateway-fips.{r}.{d}", "apigateway.{r}.{2}",
     "apigateway-fips.{r}.{2}"},
};

static const char *host_pattern(const EndpointQuery *q, const Partition *p) {
    for (size_t i = 0; i < sizeof HOSTS / sizeof *HOSTS; i++) {
        const Hosts *h = &HOSTS[i];
        if (h->service != q->service ||
            (h->partition[0] != '*' && strcmp(h->partition, p->name) != 0))
            continue;
        if (q->fips)
            return q->dual_stack ? h->both : h->fips;
        return q->dual_stack ? h->dual : h->plain;
    }
    BUG("a service without a host");
}

static Str host_of(Arena *a, const char *pattern, Str region, const Partition *p) {
    Buf b = buf_new(a);
    for (const char *s = pattern; *s; s++) {
        if (*s != '{') {
            buf_putc(&b, *s);
            continue;
        }
        if (s[1] == 'r')
            buf_put(&b, region);
        else
            buf_puts(&b, s[1] == 'd' ? p->dns_suffix : p->dual_suffix);
        s += 2;
    }
    return buf_str(&b);
}

// ---- URLs --------------------------------------------------------------------------------------

typedef struct Url {
    bool tls;
    Str host; // without port; of IPv6 with its brackets
    Str authority, path;
} Url;

static bool url_split(Str s, Url *out) {
    bool plain = str_starts(s, "http://");
    if (!plain && !str_starts(s, "https://"))
        return false;
    Str rest = str_slice(s, plain ? 7 : 8, s.n);
    int64_t slash = str_find(rest, STR("/"), 0);
    uint32_t end = slash < 0 ? rest.n : (uint32_t)slash;
    out->tls = !plain;
    out->authority = str_slice(rest, 0, end);
    out->path = str_slice(rest, end, rest.n);
    while (str_ends(out->path, "/"))
        out->path.n--;
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127 || strchr("@?#\\\"<>", s.p[i]))
            return false;
    int64_t bracket = str_find(out->authority, STR("]"), 0);
    int64_t colon = str_find(out->authority, STR(":"), bracket < 0 ? 0 : (uint32_t)bracket);
    out->host = colon < 0 ? out->authority : str_slice(out->authority, 0, (uint32_t)colon);
    return out->host.n > 0;
}

static bool is_loopback(Str host) {
    if (str_is(host, "localhost") || str_ends(host, ".localhost") || str_is(host, "[::1]"))
        return true;
    // 127.0.0.0/8 in its usual spelling: four numbers.
    unsigned dots = 0;
    for (uint32_t i = 0; i < host.n; i++) {
        dots += host.p[i] == '.';
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
            return false;
    }
    return str_starts(host, "127.") && dots == 3;
}

// A name that can be the first label of a host, under a certificate for one label.
static bool bucket_is_label(Str name) {
    if (name.n < 3 || name.n > 63 || name.p[0] == '-' || name.p[name.n - 1] == '-')
        return false;
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

// It goes into a host's name, and into the scope of signatures.
static bool region_is_name(Str region) {
    for (uint32_t i = 0; i < region.n; i++) {
        char c = region.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return region.n > 0 && region.n <= 63;
}

static bool region_find(const EndpointQuery *q, Str *region, Err *err) {
    *region = q->region;
    if (q->region.n == 0) {
        err_set(err, ERR_NOT_FOUND, "no region is set");
        err_hint(err, "say `--region`, or set `AWS_REGION`, or `region` of the profile");
        return false;
    }
    if (!region_is_name(q->region))
        return err_set(err, ERR_USAGE, "`%.*s` cannot be the name of a region",
                       STR_ARG(str_slice(q->region, 0, 80)));
    const Partition *p = partition_of(q->region);
    // These have no region, or are in few: where they are is what is signed.
    if (q->service == AWS_IAM)
        *region = str_of(p->global_region);
    if (q->service == AWS_PRICING && strcmp(p->name, "aws") == 0 &&
        !str_is(q->region, "eu-central-1") && !str_is(q->region, "ap-south-1"))
        *region = STR("us-east-1");
    if (q->service == AWS_PRICING && strcmp(p->name, "aws-cn") == 0)
        *region = STR("cn-northwest-1");
    return true;
}

static Str bucket_path(Arena *a, Str bucket) {
    return bucket.n ? str_cat(a, STR("/"), percent_encoded(a, bucket, false)) : STR_EMPTY;
}

// Whether the bucket goes into the host's name; where its name does not fit there it never does.
static bool bucket_in_host(const EndpointQuery *q, Str host) {
    bool numeric =
        host.n && (host.p[0] == '[' || (host.p[host.n - 1] >= '0' && host.p[host.n - 1] <= '9'));
    if (!q->bucket.n || !bucket_is_label(q->bucket) || numeric || str_is(q->style, "path"))
        return false;
    return !q->custom.n || str_is(q->style, "virtual");
}

static bool style_known(const EndpointQuery *q, Err *err) {
    Str s = q->style;
    if (!q->bucket.n || !s.n || str_is(s, "path") || str_is(s, "virtual") || str_is(s, "auto"))
        return true;
    err_set(err, ERR_USAGE, "`addressing_style` of `s3` in the profile is none that there is");
    err_hint(err, "it may be `path`, `virtual` or `auto`");
    return false;
}

// Without what stands before an `@`, which may be a password.
static Str url_shown(Arena *a, Str url) {
    int64_t at = str_rfind_char(url, '@');
    Str shown = at < 0 ? url : str_cat(a, STR("…"), str_slice(url, (uint32_t)at, url.n));
    return str_visible(a, str_slice(shown, 0, 200));
}

static bool endpoint_custom(Arena *a, const EndpointQuery *q, Endpoint *out, Err *err) {
    Url url = {0};
    // Whoever is bound to FIPS may not learn from a bill where the requests went.
    if (q->fips) {
        err_set(err, ERR_USAGE, "FIPS endpoints are asked for, and another address of %s is set",
                service_info(q->service)->name);
        err_hint(err, "take one away: AWS_USE_FIPS_ENDPOINT (use_fips_endpoint), or "
                      "AWS_ENDPOINT_URL… (endpoint_url)");
        return false;
    }
    if (!url_split(q->custom, &url)) {
        err_set(err, ERR_USAGE, "`%.*s` is no URL of an endpoint",
                STR_ARG(url_shown(a, q->custom)));
        err_hint(err, "it has to be `https://host[:port][/path]`");
        return false;
    }
    out->local = is_loopback(url.host);
    if (!url.tls && !out->local && !q->insecure) {
        err_set(err, ERR_USAGE,
                "`%.*s` is not encrypted, and not on this machine: credentials do not go there",
                STR_ARG(url_shown(a, q->custom)));
        err_hint(err, "use https, or `--insecure-endpoint` where that network is yours alone");
        return false;
    }
    bool in_host = bucket_in_host(q, url.host);
    out->host = in_host ? str_fmt(a, "%.*s.%.*s", STR_ARG(q->bucket), STR_ARG(url.authority))
                        : url.authority;
    out->base = str_fmt(a, "%s://%.*s", url.tls ? "https" : "http", STR_ARG(out->host));
    out->path = str_cat(a, url.path, in_host ? STR_EMPTY : bucket_path(a, q->bucket));
    return true;
}

bool endpoint_find(Arena *a, const EndpointQuery *q, Endpoint *out, Err *err) {
    *out = (Endpoint){0};
    if (!region_find(q, &out->region, err) || !style_known(q, err))
        return false;
    if (q->custom.n)
        return endpoint_custom(a, q, out, err);
    const Partition *p = partition_of(out->region);
    Str host = host_of(a, host_pattern(q, p), out->region, p);
    if (q->operation && q->service == AWS_LOGS && strcmp(q->operation, "StartLiveTail") == 0)
        host = str_cat(a, STR("stream-"), host);
    if (bucket_in_host(q, host))
        host = str_fmt(a, "%.*s.%.*s", STR_ARG(q->bucket), STR_ARG(host));
    else if (q->bucket.n)
        out->path = bucket_path(a, q->bucket);
    out->host = host;
    out->base = str_cat(a, STR("https://"), host);
    return true;
}

// ---- Settings ----------------------------------------------------------------------------------

static bool is_true(Str s) {
    return s.n == 4 && (s.p[0] | 32) == 't' && (s.p[1] | 32) == 'r' && (s.p[2] | 32) == 'u' &&
           (s.p[3] | 32) == 'e';
}

static Str variable(Arena *a, Host *host, Str name) {
    Str value = STR_EMPTY;
    return host->env(host, a, name, &value) ? value : STR_EMPTY;
}

static Str setting(const Creds *creds, const char *service, const char *key) {
    return creds ? creds_setting(creds, service, key) : STR_EMPTY;
}

bool endpoint_switch(Arena *a, Host *host, const Creds *creds, const char *name, const char *key) {
    Str value = variable(a, host, str_of(name));
    return is_true(value.n ? value : setting(creds, NULL, key));
}

Str endpoint_configured(Arena *a, Host *host, const Creds *creds, const char *key) {
    if (endpoint_switch(a, host, creds, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                        "ignore_configured_endpoint_urls"))
        return STR_EMPTY;
    char name[64] = "AWS_ENDPOINT_URL_";
    size_t n = strlen(name);
    for (const char *s = key; *s && n + 1 < sizeof name; s++)
        name[n++] = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    name[n] = 0;
    Str value = variable(a, host, str_of(name));
    if (value.n == 0)
        value = variable(a, host, STR("AWS_ENDPOINT_URL"));
    if (value.n == 0)
        value = setting(creds, key, "endpoint_url");
    return value.n ? value : setting(creds, NULL, "endpoint_url");
}
