// Credentials of the container that we run in, from its agent: ECS, EKS, CodeBuild, CloudShell.
//
// In: the variables that such containers have. Out: the role of the task. Invariant: a token of
// theirs goes into a header as it is, so it holds nothing that ends a header.

#include "adapters/aws/creds/container.h"
#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/keys.h"

enum { TOKEN_MAX = 64 << 10, TIMEOUT_MS = 2000, ATTEMPTS = 3 };

// Its file is read again each time: EKS renews it.
static bool read_token(Search *s, Str *out, Err *err) {
    Str file = env_text(s->a, s->host, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    *out = env_text(s->a, s->host, name);
    if (file.n) {
        Err why = {0};
        name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        if (!s->host->read_file(s->host, s->a, file, TOKEN_MAX, out, &why)) {
            broken(err, "%s: %s", name, why.message);
            return false;
        }
        *out = str_trim(*out);
    }
    for (uint32_t i = 0; i < out->n; i++)
        if ((unsigned char)out->p[i] < ' ' || out->p[i] == 127) {
            broken(err, "%s holds a token with a line end or another control character", name);
            return false;
        }
    return true;
}

static Found take(Search *s, const HttpReply *r, Str host, Grant *out, Err *err) {
    static const KeysForm form = {.token = "Token", .coded = true};
    Err why = {0};
    if (r->status != 200)
        return broken(err, "the container's agent at `%.*s` gave no credentials: status %d",
                      STR_ARG(shown(s, host)), r->status);
    if (!keys_read(s->a, r->body, &form, &out->keys, &why))
        return broken(err, "what the container's agent at `%.*s` gave is no credentials: %s",
                      STR_ARG(shown(s, host)), why.message);
    return FOUND;
}

Found provide_container(Search *s, Str profile, Grant *out, Err *err) {
    (void)profile;
    Str relative = env_text(s->a, s->host, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    Str full = env_text(s->a, s->host, "AWS_CONTAINER_CREDENTIALS_FULL_URI"), url, host, token;
    if (!relative.n && !full.n) {
        step_add(s, STR("container"), STR("AWS_CONTAINER_CREDENTIALS_… are not set"));
        return FOUND_NOTHING;
    }
    if (!container_url(s->a, relative, full, &url, &host, err) || !read_token(s, &token, err))
        return FOUND_BROKEN;
    *out = (Grant){
        .pending = s->offline,
        .source = str_fmt(s->a, "the container, whose agent is `%.*s`", STR_ARG(shown(s, host)))};
    step_add(s, STR("container"), out->source);
    if (s->offline)
        return FOUND;
    HttpRequest q = {.method = "GET",
                     .url = url,
                     .connect_ms = TIMEOUT_MS,
                     .total_ms = TIMEOUT_MS * 2,
                     .direct = true};
    HttpReply r;
    ask_header(s, &q, "host", host);
    ask_header(s, &q, "accept", STR("application/json"));
    if (token.n)
        ask_header(s, &q, "authorization", token);
    return ask(s, &q, ATTEMPTS, &r, err) ? take(s, &r, host, out, err) : FOUND_BROKEN;
}
