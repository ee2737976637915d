// Credentials of the EC2 instance that we run on, from its metadata service, version 2.
//
// In: that service, where there is one. Out: the role of the instance, and its region where we know
// none. Invariant: version 1, which gives keys to whoever makes us ask, is never used; whoever is
// not on EC2 does not wait for it.

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/keys.h"

#include <time.h>

enum { TIMEOUT_S = 1, TIMEOUT_MAX_S = 60, ATTEMPTS_MAX = 10, STABLE = 20 * 60 };

typedef struct Machine {
    Str url, host;
    unsigned ms, attempts;
    Str token;
} Machine;

// ---- Settings -----------------------------------------------------------------------------------

static Str setting(Search *s, const char *variable, const char *key) {
    Str value = env_text(s->a, s->host, variable);
    return value.n ? value : profiles_get(s->files, s->profile, key, NULL);
}

static unsigned number(Str text, unsigned otherwise, unsigned max) {
    unsigned n = 0;
    for (uint32_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && n <= max; i++)
        n = n * 10 + (unsigned)(text.p[i] - '0');
    return n == 0 ? otherwise : n < max ? n : max;
}

// The firmware says whose machine this is; where it says nothing, or what other clouds could say as
// well, the service is asked.
static bool is_elsewhere(Search *s, Str *vendor) {
    Err why = {0};
    Host *h = s->host;
    if (!h->read_file(h, s->a, STR("/sys/class/dmi/id/sys_vendor"), 4096, vendor, &why))
        return false;
    *vendor = str_trim(*vendor);
    return vendor->n && !str_contains(*vendor, "Amazon") && !str_contains(*vendor, "Xen");
}

static Str lower(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_putc(&b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i]);
    return buf_str(&b);
}

static bool machine_find(Search *s, Machine *m) {
    Str place = STR("EC2"), vendor = STR_EMPTY;
    Str disabled = lower(s->a, env_text(s->a, s->host, "AWS_EC2_METADATA_DISABLED"));
    if (str_is(disabled, "true")) {
        step_add(s, place, STR("AWS_EC2_METADATA_DISABLED says not to ask"));
        return false;
    }
    m->url = setting(s, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    Str mode = lower(s->a, setting(s, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                   "ec2_metadata_service_endpoint_mode"));
    if (!m->url.n && is_elsewhere(s, &vendor)) {
        step_add(s, place,
                 str_fmt(s->a, "not asked: this machine is of %.*s", STR_ARG(shown(s, vendor))));
        return false;
    }
    if (!m->url.n)
        m->url =
            str_is(mode, "ipv6") ? STR("http://[fd00:ec2::254]") : STR("http://169.254.169.254");
    if (str_ends(m->url, "/"))
        m->url = str_slice(m->url, 0, m->url.n - 1);
    int64_t at = str_find(m->url, STR("://"), 0);
    m->host = str_slice(m->url, at < 0 ? 0 : (uint32_t)at + 3, m->url.n);
    m->ms = 1000 * number(setting(s, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
                          TIMEOUT_S, TIMEOUT_MAX_S);
    m->attempts =
        number(setting(s, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"), 1,
               ATTEMPTS_MAX);
    return true;
}

// ---- Asking -------------------------------------------------------------------------------------

// 0 where nobody answers.
static int machine_ask(Search *s, const Machine *m, const char *method, Str path, Str *body) {
    HttpRequest q = {.method = method,
                     .url = str_cat(s->a, m->url, path),
                     .connect_ms = m->ms,
                     .silent_ms = m->ms,
                     .total_ms = m->ms * 2,
                     .direct = true};
    HttpReply r;
    Err why = {0};
    int64_t slash = str_find(m->host, STR("/"), 0);
    ask_header(s, &q, "host", slash < 0 ? m->host : str_slice(m->host, 0, (uint32_t)slash));
    if (m->token.n)
        ask_header(s, &q, "x-aws-ec2-metadata-token", m->token);
    else
        ask_header(s, &q, "x-aws-ec2-metadata-token-ttl-seconds", STR("21600"));
    if (!ask(s, &q, m->attempts, &r, &why))
        return 0;
    *body = str_trim(r.body);
    return r.status;
}

static bool is_role_name(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#')
            return false;
    return s.n > 0 && s.n <= 128;
}

static bool open_session(Search *s, Machine *m) {
    Str token;
    int status = machine_ask(s, m, "PUT", STR("/latest/api/token"), &token);
    if (status == 200 && token.n && keys_plain(token)) {
        m->token = token;
        return true;
    }
    step_add(s, STR("EC2"),
             status ? str_fmt(s->a, "no metadata service of version 2: status %d", status)
                    : str_fmt(s->a, "nobody answers at %.*s", STR_ARG(shown(s, m->host))));
    return false;
}

static void learn_region(Search *s, const Machine *m) {
    Str region;
    if (s->region.n ||
        machine_ask(s, m, "GET", STR("/latest/meta-data/placement/region"), &region) != 200)
        return;
    if (region_plain(region))
        s->region = region;
}

static Found take_keys(Search *s, const Machine *m, Str role, Grant *out, Err *err) {
    static const KeysForm form = {.token = "Token", .coded = true, .whole = true};
    Str body, path = str_cat(s->a, STR("/latest/meta-data/iam/security-credentials/"), role);
    Err why = {0};
    int status = machine_ask(s, m, "GET", path, &body);
    if (status != 200)
        return broken(err, "the EC2 metadata service gave no credentials of role `%.*s`%s",
                      STR_ARG(shown(s, role)), status ? "" : ": it does not answer");
    if (!keys_read(s->a, body, &form, &out->keys, &why))
        return broken(err, "the EC2 metadata service gave no credentials of role `%.*s`: %s",
                      STR_ARG(shown(s, role)), why.message);
    // Where the service itself has trouble it gives old ones, which AWS then still takes.
    int64_t now = (int64_t)time(NULL);
    if (out->keys.expires <= now)
        out->keys.expires = now + STABLE;
    return FOUND;
}

Found provide_machine(Search *s, Str profile, Grant *out, Err *err) {
    (void)profile;
    Machine m = {0};
    Str role = STR_EMPTY;
    if (!machine_find(s, &m))
        return FOUND_NOTHING;
    if (s->offline) {
        step_add(s, STR("EC2"), str_fmt(s->a, "%.*s was not asked", STR_ARG(shown(s, m.host))));
        return FOUND_NOTHING;
    }
    if (!open_session(s, &m))
        return FOUND_NOTHING;
    int status =
        machine_ask(s, &m, "GET", STR("/latest/meta-data/iam/security-credentials/"), &role);
    int64_t line = str_find(role, STR("\n"), 0);
    role = str_trim(str_slice(role, 0, line < 0 ? role.n : (uint32_t)line));
    if (status != 200 || !is_role_name(role)) {
        step_add(s, STR("EC2"), STR("the instance has no role"));
        return FOUND_NOTHING;
    }
    out->source = str_fmt(s->a, "the EC2 instance, role `%.*s`", STR_ARG(shown(s, role)));
    out->machine = true;
    step_add(s, STR("EC2"), out->source);
    learn_region(s, &m);
    return take_keys(s, &m, role, out, err);
}
