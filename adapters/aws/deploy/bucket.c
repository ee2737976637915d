// The artifact bucket of an account and region.
//
// Input: an identity. Output: a bucket that is ours, closed to the public and to other accounts.
// Invariant: its name is either in the account's own namespace, where nobody else can take it, or
// cannot be guessed; and it is used only when a mark in it says that all its locks are in place.

#include "adapters/aws/deploy/bucket.h"

#include "adapters/aws/service/ssm.h"

enum { WAIT_FIRST_MS = 500, WAIT_MAX_MS = 30000 };

// Stands in the bucket when it is locked up; its number grows with the locks.
#define MARK STR(".pluto/ready-1")
#define MARK_TEXT STR("pluto keeps packages here; nothing in this bucket is public\n")
#define MARK_SHA256 "b6246999f4b5c229cdac202a9a35d31ecf16b759c3b7fafcd20578b91017a1dc"
#define REMEMBERED STR("/pluto/bootstrap")

static Str own_name(const Work *k, Arena *a) {
    const AwsIdentity *i = &k->aws->identity;
    return str_fmt(a, "pluto-%.*s-%.*s-an", STR_ARG(i->account), STR_ARG(i->region));
}

static bool is_ours(const Work *k, Arena *a, Str name) {
    const AwsIdentity *i = &k->aws->identity;
    Str start = str_fmt(a, "pluto-%.*s-%.*s-", STR_ARG(i->account), STR_ARG(i->region));
    return str_starts(name, str_cstr(a, start));
}

Str bucket_expected(const Work *k, Arena *a) {
    const AwsPairVec *parameters = &k->stack.parameters;
    for (uint32_t i = 0; k->there && i < parameters->n; i++)
        if (str_is(parameters->at[i].key, "ArtifactBucket") &&
            is_ours(k, a, parameters->at[i].value))
            return parameters->at[i].value;
    return own_name(k, a);
}

// ---- Making -------------------------------------------------------------------------------------

static bool taken(Work *k, Str name) {
    over_with(k, AWS_END_UNSAFE,
              "the bucket `%.*s`, where packages would go, is somebody else's or closed to you",
              STR_ARG(name));
    hint(k,
         "nothing was uploaded; if account %.*s has it, `s3:GetObject` and `s3:ListBucket` on it "
         "are missing",
         STR_ARG(k->aws->identity.account));
    return false;
}

// A name with chance in it, which all of this account's deployments agree on.
static bool other_name(Work *k, Str *name) {
    const AwsIdentity *i = &k->aws->identity;
    bool there;
    *name = str_fmt(k->a, "pluto-%.*s-%.*s-%.*s", STR_ARG(i->account), STR_ARG(i->region),
                    STR_ARG(str_slice(token_new(k->a), 0, 8)));
    if (!ssm_put(k->client, k->a, REMEMBERED, name, &there, k->err))
        return over_world(k);
    return is_ours(k, k->a, *name) || taken(k, *name);
}

static bool make(Work *k, S3Bucket *b, bool regional) {
    S3Made made;
    if (!s3_make(k->client, k->a, b, regional, &made, k->err))
        return over_world(k);
    switch (made) {
    case S3_MADE:
        note(k, "made the bucket `%.*s` for packages", STR_ARG(b->name));
        return true;
    case S3_OURS:
        return true;
    case S3_TAKEN:
        return taken(k, b->name);
    case S3_UNSUPPORTED:
        return other_name(k, &b->name) && make(k, b, false);
    }
    BUG("S3 made %d", (int)made);
}

// A bucket that was just made is not everywhere at once.
static bool wait_until_there(Work *k, const S3Bucket *b) {
    for (uint32_t ms = WAIT_FIRST_MS, all = 0; all < WAIT_MAX_MS; all += ms, ms *= 2) {
        S3Look look;
        if (!s3_look(k->client, k->a, b, STR_EMPTY, &look, k->err))
            return over_world(k);
        if (look == S3_THERE)
            return true;
        if (look == S3_FORBIDDEN || look == S3_ELSEWHERE)
            return taken(k, b->name);
        if (!nap(k, ms))
            return over_with(k, AWS_END_INTERRUPTED, "interrupted");
    }
    return over_with(k, AWS_END_WORLD, "the bucket `%.*s` was made, but S3 does not find it",
                     STR_ARG(b->name));
}

static bool lock_up(Work *k, const S3Bucket *b) {
    S3Object mark = {
        .key = MARK, .text = MARK_TEXT, .sha256 = STR(MARK_SHA256), .type = "text/plain"};
    bool present;
    if (!s3_harden(k->client, k->a, b, k->err) ||
        !s3_put(k->client, k->a, b, &mark, &present, k->err))
        return over_world(k);
    return true;
}

bool bucket_ready(Work *k, S3Bucket *out) {
    S3Look look;
    *out = (S3Bucket){bucket_expected(k, k->a), k->aws->identity.account};
    if (!s3_look(k->client, k->a, out, MARK, &look, k->err))
        return over_world(k);
    switch (look) {
    case S3_THERE:
        return true;
    case S3_MISSING:
        return make(k, out, true) && wait_until_there(k, out) && lock_up(k, out);
    case S3_FORBIDDEN:
    case S3_ELSEWHERE:
        return taken(k, out->name);
    }
    BUG("S3 looked %d", (int)look);
}

bool bucket_find(Work *k, S3Bucket *out, bool *there, Err *err) {
    S3Look look;
    Str kept = k->journal.bucket;
    bool known = !k->there && is_ours(k, k->a, kept);
    *out = (S3Bucket){known ? kept : bucket_expected(k, k->a), k->aws->identity.account};
    if (!s3_look(k->client, k->a, out, MARK, &look, err))
        return false;
    if (look == S3_FORBIDDEN)
        return err_set(err, ERR_ACCESS, "S3 does not let you look there");
    *there = look == S3_THERE;
    return true;
}
