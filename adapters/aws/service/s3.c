// The artifact bucket's calls.
//
// Input: a bucket, keys, bytes. Output: what is there, what was made. Invariant: each request says
// who must own the bucket, and each body that is sent carries its checksum, so that neither a
// stranger's bucket nor a damaged upload is taken for ours.

#include "adapters/aws/service/s3.h"

#include "adapters/aws/query.h"
#include "adapters/aws/xml.h"

#include <openssl/evp.h>
#include <string.h>

enum { SHA256_BYTES = 32, CHECKSUM_MAX = 48 };

static AwsCall call_of(Arena *a, const S3Bucket *b, const char *operation, const char *method,
                       Str key) {
    AwsCall q = {.service = AWS_S3,
                 .operation = operation,
                 .method = method,
                 .path = str_cat(a, STR("/"), percent_encoded(a, key, true)),
                 .bucket = b->name,
                 .safe = true};
    vec_push(a, &q.headers, (HttpHeader){STR("x-amz-expected-bucket-owner"), b->account});
    return q;
}

// ---- Checksums ----------------------------------------------------------------------------------

static Str base64(Arena *a, const unsigned char *bytes, size_t n) {
    unsigned char out[CHECKSUM_MAX];
    int length = EVP_EncodeBlock(out, bytes, (int)n);
    return str_dup(a, (Str){(const char *)out, (uint32_t)length});
}

static bool sha256_of(Arena *a, Str text, Str *out, Err *err) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!EVP_Digest(text.p, text.n, digest, &n, EVP_sha256(), NULL))
        return err_set(err, ERR_IO, "cannot compute a SHA-256");
    *out = base64(a, digest, n);
    return true;
}

static unsigned nibble(char c) {
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) & 15;
}

static Str base64_of_hex(Arena *a, Str hex) {
    unsigned char bytes[SHA256_BYTES];
    BUG_IF(hex.n != 2 * SHA256_BYTES);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        bytes[i] = (unsigned char)(nibble(hex.p[2 * i]) << 4 | nibble(hex.p[2 * i + 1]));
    return base64(a, bytes, sizeof bytes);
}

// ---- Buckets ------------------------------------------------------------------------------------

// The reply to HEAD has no body, so its status is all there is.
static bool look(Client *c, Arena *a, const S3Bucket *b, Str key, bool brief, S3Look *out,
                 Err *err) {
    AwsCall q = call_of(a, b, key.n ? "HeadObject" : "HeadBucket", "HEAD", key);
    AwsReply r = {0};
    if (brief)
        q.attempts = AWS_GLANCES, q.total_ms = AWS_GLANCE_MS;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 404)
        *out = S3_MISSING;
    else if (r.status == 403)
        *out = S3_FORBIDDEN;
    else if (r.status == 301)
        *out = S3_ELSEWHERE;
    else if (r.code.n)
        return aws_refused(&q, &r, err);
    else
        *out = S3_THERE;
    return true;
}

bool s3_look(Client *c, Arena *a, const S3Bucket *b, Str key, S3Look *out, Err *err) {
    return look(c, a, b, key, false, out, err);
}

bool s3_glance(Client *c, Arena *a, const S3Bucket *b, Str key, S3Look *out, Err *err) {
    return look(c, a, b, key, true, out, err);
}

// us-east-1 is where a bucket without a place is; naming it is an error.
static Str location_of(Arena *a, Str region) {
    if (str_is(region, "us-east-1"))
        return STR_EMPTY;
    return str_fmt(a,
                   "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                   "<LocationConstraint>%.*s</LocationConstraint></CreateBucketConfiguration>",
                   STR_ARG(region));
}

static bool one_of(Str code, const char *const *codes) {
    for (; *codes; codes++)
        if (str_is(code, *codes))
            return true;
    return false;
}

bool s3_make(Client *c, Arena *a, const S3Bucket *b, bool regional, S3Made *out, Err *err) {
    static const char *const unsupported[] = {"NotImplemented",
                                              "InvalidBucketNamespace",
                                              "InvalidBucketName",
                                              "InvalidArgument",
                                              "UnsupportedArgument",
                                              "InvalidRequest",
                                              "IllegalLocationConstraintException",
                                              NULL};
    AwsCall q = {.service = AWS_S3,
                 .operation = "CreateBucket",
                 .method = "PUT",
                 .path = STR("/"),
                 .bucket = b->name,
                 .body = location_of(a, client_region(c)),
                 .safe = true};
    AwsReply r = {0};
    if (regional)
        vec_push(a, &q.headers,
                 (HttpHeader){STR("x-amz-bucket-namespace"), STR("account-regional")});
    if (!aws_call(c, a, &q, &r, err))
        return false;
    *out = S3_MADE;
    if (str_is(r.code, "BucketAlreadyOwnedByYou"))
        *out = S3_OURS;
    else if (str_is(r.code, "BucketAlreadyExists"))
        *out = S3_TAKEN;
    else if (regional && one_of(r.code, unsupported))
        *out = S3_UNSUPPORTED;
    else if (r.code.n)
        return aws_refused(&q, &r, err);
    return true;
}

static bool configure(Client *c, Arena *a, const S3Bucket *b, const char *operation,
                      const char *part, Str body, Err *err) {
    AwsCall q = call_of(a, b, operation, "PUT", STR_EMPTY);
    AwsReply r = {0};
    Str sum;
    q.query = str_cat(a, str_of(part), STR("="));
    q.body = body;
    if (!sha256_of(a, body, &sum, err))
        return false;
    vec_push(a, &q.headers, (HttpHeader){STR("x-amz-checksum-sha256"), sum});
    if (!aws_call(c, a, &q, &r, err))
        return false;
    return !r.code.n || aws_refused(&q, &r, err);
}

// Over TLS alone, and for this account alone: whatever else a policy or a role may allow.
static Str policy_of(Arena *a, Client *c, const S3Bucket *b) {
    Str arn = str_fmt(a, "arn:%.*s:s3:::%.*s", STR_ARG(client_partition(c)), STR_ARG(b->name));
    return str_fmt(
        a,
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"TlsAlone\",\"Effect\":\"Deny\","
        "\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"%.*s\",\"%.*s/*\"],"
        "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}},"
        "{\"Sid\":\"ThisAccountAlone\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
        "\"Resource\":[\"%.*s\",\"%.*s/*\"],\"Condition\":{\"StringNotEquals\":"
        "{\"aws:PrincipalAccount\":\"%.*s\"},\"BoolIfExists\":{\"aws:PrincipalIsAWSService\":"
        "\"false\"}}}]"
        "}",
        STR_ARG(arn), STR_ARG(arn), STR_ARG(arn), STR_ARG(arn), STR_ARG(b->account));
}

#define S3_NAMESPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

// What is current never expires: CloudFormation reads old packages again when it rolls back.
bool s3_harden(Client *c, Arena *a, const S3Bucket *b, Err *err) {
    static const struct {
        const char *operation, *part, *body;
    } parts[] = {
        {"PutPublicAccessBlock", "publicAccessBlock",
         "<PublicAccessBlockConfiguration" S3_NAMESPACE "><BlockPublicAcls>true</BlockPublicAcls>"
         "<IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>"
         "<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>"},
        {"PutBucketOwnershipControls", "ownershipControls",
         "<OwnershipControls" S3_NAMESPACE "><Rule><ObjectOwnership>BucketOwnerEnforced"
         "</ObjectOwnership></Rule></OwnershipControls>"},
        {"PutBucketEncryption", "encryption",
         "<ServerSideEncryptionConfiguration" S3_NAMESPACE "><Rule>"
         "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
         "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"},
        {"PutBucketVersioning", "versioning",
         "<VersioningConfiguration" S3_NAMESPACE "><Status>Enabled</Status>"
         "</VersioningConfiguration>"},
        {"PutBucketLifecycleConfiguration", "lifecycle",
         "<LifecycleConfiguration" S3_NAMESPACE "><Rule><ID>old</ID><Filter><Prefix></Prefix>"
         "</Filter><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>30"
         "</NoncurrentDays></NoncurrentVersionExpiration><AbortIncompleteMultipartUpload>"
         "<DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>"
         "</LifecycleConfiguration>"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!configure(c, a, b, parts[i].operation, parts[i].part, str_of(parts[i].body), err))
            return false;
    return configure(c, a, b, "PutBucketPolicy", "policy", policy_of(a, c, b), err);
}

// ---- Objects ------------------------------------------------------------------------------------

bool s3_put(Client *c, Arena *a, const S3Bucket *b, const S3Object *o, bool *present, Err *err) {
    AwsCall q = call_of(a, b, "PutObject", "PUT", o->key);
    AwsReply r = {0};
    q.body = o->text;
    q.file = o->file;
    vec_push(a, &q.headers,
             (HttpHeader){STR("x-amz-checksum-sha256"), base64_of_hex(a, o->sha256)});
    vec_push(a, &q.headers, (HttpHeader){STR("if-none-match"), STR("*")});
    vec_push(a, &q.headers, (HttpHeader){STR("content-type"), str_of(o->type)});
    if (!aws_call(c, a, &q, &r, err))
        return false;
    *present = r.status == 412;
    return !r.code.n || *present || aws_refused(&q, &r, err);
}

bool s3_get(Client *c, Arena *a, const S3Bucket *b, Str key, bool *there, Str *out, Err *err) {
    AwsCall q = call_of(a, b, "GetObject", "GET", key);
    AwsReply r = {0};
    *out = STR_EMPTY;
    *there = false;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 404)
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    *there = true;
    *out = r.body;
    return true;
}

bool s3_list(Client *c, Arena *a, const S3Bucket *b, Str prefix, S3KeyVec *out, Err *err) {
    Str next = STR_EMPTY;
    do {
        AwsCall q = call_of(a, b, "ListObjectsV2", "GET", STR_EMPTY);
        AwsReply r = {0};
        Xml *root;
        // Sorted by name, as the signature has them.
        if (next.n)
            q.query =
                str_fmt(a, "continuation-token=%.*s&", STR_ARG(percent_encoded(a, next, false)));
        q.query = str_fmt(a, "%.*slist-type=2&prefix=%.*s", STR_ARG(q.query),
                          STR_ARG(percent_encoded(a, prefix, false)));
        if (!aws_call(c, a, &q, &r, err))
            return false;
        if (r.code.n)
            return aws_refused(&q, &r, err);
        if (!xml_parse(a, r.body, &root, err))
            return false;
        for (const Xml *m = xml_first(root, "Contents"); m; m = xml_next(m))
            vec_push(a, out, (S3Key){xml_text(m, "Key"), xml_text(m, "LastModified")});
        if (!aws_next_page("ListObjectsV2", &next, xml_text(root, "NextContinuationToken"), err))
            return false;
    } while (next.n);
    return true;
}

static Str delete_body(Arena *a, const Str *keys, uint32_t count) {
    Buf b = buf_new(a);
    buf_puts(&b, "<Delete" S3_NAMESPACE ">");
    for (uint32_t i = 0; i < count; i++) {
        Str key = xml_escaped(a, keys[i]);
        buf_printf(&b, "<Object><Key>%.*s</Key></Object>", STR_ARG(key));
    }
    buf_puts(&b, "<Quiet>true</Quiet></Delete>");
    return buf_str(&b);
}

bool s3_delete(Client *c, Arena *a, const S3Bucket *b, const Str *keys, uint32_t count, Err *err) {
    AwsCall q = call_of(a, b, "DeleteObjects", "POST", STR_EMPTY);
    AwsReply r = {0};
    Xml *root;
    Str sum;
    BUG_IF(count > S3_DELETE_MAX);
    q.query = STR("delete=");
    q.body = delete_body(a, keys, count);
    if (!sha256_of(a, q.body, &sum, err))
        return false;
    vec_push(a, &q.headers, (HttpHeader){STR("x-amz-checksum-sha256"), sum});
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!xml_parse(a, r.body, &root, err))
        return false;
    // It may refuse single ones, in a reply that says that all is well.
    const Xml *refused = xml_at(root, "Error");
    r.code = xml_text(refused, "Code");
    r.message = xml_text(refused, "Message");
    return !refused || aws_refused(&q, &r, err);
}
