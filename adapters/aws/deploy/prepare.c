// What goes to AWS, worked out before anything is asked of it.
//
// Input: the compiler's output. Output: keys, parameters, tags, uploads. Invariant: a key holds the
// SHA-256 of what is behind it, so what is in the bucket under it is right, whoever put it there.

#include "adapters/aws/deploy/deployment.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PARAMETER_MAX = 4096, TEMPLATE_INLINE_MAX = 51200 };

static Str sha256_hex(Arena *a, Str text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    Buf b = buf_new(a);
    if (!EVP_Digest(text.n ? text.p : "", text.n, digest, &n, EVP_sha256(), NULL))
        BUG("SHA-256 is not to be had");
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "%02x", digest[i]);
    return buf_str(&b);
}

static Str key_of(const Deployment *d, const char *folder, Str name, Str sha, const char *end) {
    const AwsTarget *t = d->k->target;
    return str_fmt(d->k->a, "%.*s/%.*s/%s/%.*s-%.*s%s", STR_ARG(t->project), STR_ARG(t->stack),
                   folder, STR_ARG(name), STR_ARG(sha), end);
}

static void add_text(Deployment *d, Str id, Str key, Str text, Str sha) {
    Upload u = {.object = {.key = key, .text = text, .sha256 = sha, .type = "application/json"},
                .id = id,
                .bytes = text.n};
    vec_push(d->k->a, &d->uploads, u);
}

static bool add_package(Deployment *d, const AwsAsset *asset, Str key) {
    struct stat s;
    Work *k = d->k;
    if (stat(str_cstr(k->a, asset->file), &s) != 0)
        return over_with(k, AWS_END_WORLD, "the package `%.*s` is not there", STR_ARG(asset->file));
    Upload u = {.object = {.key = key,
                           .file = asset->file,
                           .sha256 = asset->sha256,
                           .type = "application/zip"},
                .id = asset->id,
                .bytes = (uint64_t)s.st_size};
    vec_push(k->a, &d->uploads, u);
    return true;
}

// Into the parameter's value, or its place in the list that the value is.
static void parameter_add(Deployment *d, const AwsAsset *asset, Str key) {
    Arena *a = d->k->a;
    AwsPairVec *all = &d->parameters;
    for (uint32_t i = 0; i < all->n; i++) {
        if (!str_eq(all->at[i].key, asset->parameter))
            continue;
        all->at[i].value = str_fmt(a, "%.*s,%.*s", STR_ARG(all->at[i].value), STR_ARG(key));
        return;
    }
    vec_push(a, all, (AwsPair){asset->parameter, key});
}

static bool asset_add(Deployment *d, const AwsAsset *asset) {
    Work *k = d->k;
    if (asset->file.n) {
        Str key = key_of(d, "functions", asset->name, asset->sha256, ".zip");
        parameter_add(d, asset, key);
        return add_package(d, asset, key);
    }
    TemplateFacts nested;
    if (!template_prepare(k->a, asset->text, STR_EMPTY, &nested, k->err))
        return over(k, AWS_END_WORLD);
    d->facts.iam = d->facts.iam || nested.iam;
    d->facts.named = d->facts.named || nested.named;
    Str sha = sha256_hex(k->a, nested.text);
    Str key = key_of(d, "templates", asset->name, sha, ".json");
    parameter_add(d, asset, key);
    add_text(d, asset->id, key, nested.text, sha);
    return true;
}

static void tag_add(Deployment *d, const char *key, Str value) {
    vec_push(d->k->a, &d->tags, (AwsPair){str_of(key), value});
}

// The version of what pluto keeps where, not of pluto: stack tags reach every resource, and a new
// pluto alone must not change any.
#define LAYOUT STR("1")

bool prepare(Deployment *d) {
    Work *k = d->k;
    const AwsDeploy *in = d->in;
    Str arch_sha = sha256_hex(k->a, in->arch_json);
    d->arch_key = key_of(d, "graphs", STR("arch"), arch_sha, ".json");
    if (!template_prepare(k->a, in->template_json, d->arch_key, &d->facts, k->err))
        return over(k, AWS_END_WORLD);
    d->program = d->facts.text;
    d->express = in->express;
    for (uint32_t i = 0; i < in->asset_count; i++)
        if (!asset_add(d, &in->assets[i]))
            return false;
    add_text(d, STR("arch.json"), d->arch_key, in->arch_json, arch_sha);
    tag_add(d, "pluto:project", k->target->project);
    tag_add(d, "pluto:stack", k->target->stack);
    tag_add(d, "pluto:version", LAYOUT);
    for (uint32_t i = 0; i < in->tag_count; i++)
        vec_push(k->a, &d->tags, in->tags[i]);
    for (uint32_t i = 0; i < in->parameter_count; i++)
        vec_push(k->a, &d->parameters, in->parameters[i]);
    return true;
}

static Str template_key(const Deployment *d) {
    return key_of(d, "templates", STR("template"), d->template_sha, ".json");
}

// Once a turn: what an earlier one has put into the list goes.
void prepare_template(Deployment *d) {
    Work *k = d->k;
    bool marked = d->express;
    for (uint32_t i = 0; i < d->names.n; i++)
        marked = marked || !str_eq(d->names.at[i].base, d->names.at[i].name);
    d->facts.text = marked ? marks_put(k->a, d->program, &d->names, d->express) : d->program;
    d->template_sha = sha256_hex(k->a, d->facts.text);
    for (uint32_t i = 0; i < d->uploads.n; i++)
        if (str_is(d->uploads.at[i].id, "template.json"))
            d->uploads.at[i] = d->uploads.at[--d->uploads.n];
    d->template_url = STR_EMPTY;
    if (d->facts.text.n <= TEMPLATE_INLINE_MAX)
        return;
    add_text(d, STR("template.json"), template_key(d), d->facts.text, d->template_sha);
}

static void parameter_set(Deployment *d, const char *key, Str value) {
    AwsPairVec *all = &d->parameters;
    for (uint32_t i = 0; i < all->n; i++) {
        if (!str_is(all->at[i].key, key))
            continue;
        all->at[i].value = value;
        return;
    }
    vec_push(d->k->a, all, (AwsPair){str_of(key), value});
}

bool prepare_parameters(Deployment *d) {
    Work *k = d->k;
    if (d->facts.bucket)
        parameter_set(d, "ArtifactBucket", d->bucket.name);
    if (d->facts.text.n > TEMPLATE_INLINE_MAX)
        d->template_url = str_fmt(k->a, "https://%.*s.s3.%.*s.%.*s/%.*s", STR_ARG(d->bucket.name),
                                  STR_ARG(k->aws->identity.region),
                                  STR_ARG(client_dns_suffix(k->client)), STR_ARG(template_key(d)));
    for (uint32_t i = 0; i < d->parameters.n; i++) {
        const AwsPair *p = &d->parameters.at[i];
        if (p->value.n <= PARAMETER_MAX)
            continue;
        over_with(k, AWS_END_LIMIT, "the parameter `%.*s` has %u bytes, and AWS takes %d",
                  STR_ARG(p->key), (unsigned)p->value.n, PARAMETER_MAX);
        return false;
    }
    return true;
}

// ---- Is it there already? -----------------------------------------------------------------------

static const AwsPair *pair_of(const AwsPairVec *pairs, Str key) {
    for (uint32_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->at[i].key, key))
            return &pairs->at[i];
    return NULL;
}

static bool same_pairs(const AwsPairVec *x, const AwsPairVec *y) {
    for (uint32_t i = 0; i < x->n; i++) {
        const AwsPair *other = pair_of(y, x->at[i].key);
        if (!other || !str_eq(other->value, x->at[i].value))
            return false;
    }
    return x->n == y->n;
}

bool same_parameters(const Deployment *d) {
    return !d->facts.hidden && same_pairs(&d->parameters, &d->k->stack.parameters);
}

bool same_tags(const Deployment *d) {
    return same_pairs(&d->tags, &d->k->stack.tags);
}
