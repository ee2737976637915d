// AWS: the region, and where credentials would come from.
//
// Input: the environment and the files that AWS's tools share. Output: findings, all for a
// deployment alone. Invariant: nothing is asked over the network, and of a key nothing is shown but
// the last four characters of its id.

#include "cli/doctor/doctor.h"
#include "cli/doctor/ini.h"

typedef struct Profile {
    Str name;
    bool named; // by AWS_PROFILE
    Str config_path, credentials_path;
    IniSettings config, credentials;
    Str section; // of the configuration: "default", "profile dev"
} Profile;

static Str shared_file(const Doctor *d, const char *variable, const char *below_home) {
    Str path = doctor_env(d, variable), home = doctor_env(d, "HOME");
    if (path.n > 1 && str_starts(path, "~/"))
        return path_join(d->a, home, str_slice(path, 2, path.n));
    if (path.n || !home.n)
        return path; // without a home, no file of this folder stands in for one below it
    return path_join(d->a, home, str_of(below_home));
}

static Profile profile_open(const Doctor *d) {
    Profile p = {.name = doctor_env(d, "AWS_PROFILE")};
    p.named = p.name.n > 0;
    if (!p.named)
        p.name = STR("default");
    p.config_path = shared_file(d, "AWS_CONFIG_FILE", ".aws/config");
    p.credentials_path = shared_file(d, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
    p.config = ini_read(d->a, doctor_file(d, p.config_path));
    p.credentials = ini_read(d->a, doctor_file(d, p.credentials_path));
    p.section = str_cat(d->a, STR("profile "), p.name);
    if (!ini_has_section(&p.config, p.section) && str_is(p.name, "default"))
        p.section = p.name;
    return p;
}

// ---- Region -------------------------------------------------------------------------------------

static void look_at_region(Doctor *d, const Profile *p) {
    Str region = d->region, from = STR("pluto.yml");
    static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !region.n; i++) {
        region = doctor_env(d, variables[i]);
        from = str_of(variables[i]);
    }
    if (!region.n && ini_find(&p->config, p->section, "region", &region))
        from = str_fmt(d->a, "profile %.*s in %.*s", STR_ARG(p->name), STR_ARG(p->config_path));
    Finding *f;
    if (region.n) {
        f = doctor_add(d, "region", HEALTH_GOOD,
                       str_fmt(d->a, "%.*s, of %.*s", STR_ARG(region), STR_ARG(from)));
    } else {
        f = doctor_add(d, "region", HEALTH_NOTE, STR("none is chosen"));
        f->mend = STR("`region: us-east-1` in pluto.yml, or set AWS_REGION");
    }
    f->for_deploy = true;
}

// ---- Credentials --------------------------------------------------------------------------------

// "key …ABCD": enough to know it again, and no more. Ids that are too short to hide show nothing.
static Str key_shown(Arena *a, Str id) {
    enum { SHOWN = 4, LONG_ENOUGH = 16 };
    if (id.n < LONG_ENOUGH)
        return STR("a key");
    return str_fmt(a, "key …%.*s", STR_ARG(str_slice(id, id.n - SHOWN, id.n)));
}

static bool in_profile(const Profile *p, const char *key, Str *value) {
    return ini_find(&p->credentials, p->name, key, value) ||
           ini_find(&p->config, p->section, key, value);
}

static Str from_environment(const Doctor *d) {
    Str id = doctor_env(d, "AWS_ACCESS_KEY_ID");
    if (id.n && doctor_env(d, "AWS_SECRET_ACCESS_KEY").n)
        return str_fmt(d->a, "of the environment, %.*s%s", STR_ARG(key_shown(d->a, id)),
                       doctor_env(d, "AWS_SESSION_TOKEN").n ? ", temporary" : "");
    if (doctor_env(d, "AWS_WEB_IDENTITY_TOKEN_FILE").n && doctor_env(d, "AWS_ROLE_ARN").n)
        return STR("a role by the token that AWS_WEB_IDENTITY_TOKEN_FILE names");
    return STR_EMPTY;
}

static Str from_profile(const Doctor *d, const Profile *p) {
    Str value, id;
    const char *how = NULL;
    if (in_profile(p, "role_arn", &value))
        how = in_profile(p, "web_identity_token_file", &id) ? "a role by a token" : "a role";
    else if (in_profile(p, "aws_access_key_id", &id) &&
             in_profile(p, "aws_secret_access_key", &value))
        how = str_cstr(d->a, key_shown(d->a, id));
    else if (in_profile(p, "sso_session", &value) || in_profile(p, "sso_start_url", &value))
        how = "single sign-on; `aws sso login` renews it";
    else if (in_profile(p, "credential_process", &value))
        how = "a program that hands them out";
    else if (in_profile(p, "login_session", &value))
        how = "a login; `aws login` renews it";
    return how ? str_fmt(d->a, "of profile %.*s, %s", STR_ARG(p->name), how) : STR_EMPTY;
}

static Str from_container(const Doctor *d) {
    bool there = doctor_env(d, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").n ||
                 doctor_env(d, "AWS_CONTAINER_CREDENTIALS_FULL_URI").n;
    return there ? STR("of the container, which was not asked") : STR_EMPTY;
}

static Str missing(const Doctor *d, const Profile *p) {
    if (doctor_env(d, "AWS_ACCESS_KEY_ID").n)
        return STR("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
    bool known =
        ini_has_section(&p->credentials, p->name) || ini_has_section(&p->config, p->section);
    if (p->named && !known)
        return str_fmt(d->a, "there is no profile %.*s, which AWS_PROFILE names", STR_ARG(p->name));
    if (known)
        return str_fmt(d->a, "profile %.*s has none", STR_ARG(p->name));
    return STR("none found; the machine's own, on EC2, were not asked for");
}

static void look_at_credentials(Doctor *d, const Profile *p) {
    Str found = from_environment(d);
    if (!found.n)
        found = from_profile(d, p);
    if (!found.n)
        found = from_container(d);
    Finding *f = doctor_add(d, "credentials", found.n ? HEALTH_GOOD : HEALTH_NOTE,
                            found.n ? found : missing(d, p));
    f->for_deploy = true;
    if (!found.n)
        f->mend = STR("`aws configure`, or set AWS_PROFILE to one of your profiles");
}

void doctor_aws(Doctor *d) {
    Profile p = profile_open(d);
    look_at_region(d, &p);
    look_at_credentials(d, &p);
}
