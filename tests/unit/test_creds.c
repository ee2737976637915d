// Which credentials and which region are found, on files and environments of a few lines, without a
// network: the order of the places, and what is told where something is set up badly.

#include "fixture_creds.h"

#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = s\n"
#define ENV_KEYS "AWS_ACCESS_KEY_ID=ENVKEYENVKEYENVKEY\nAWS_SECRET_ACCESS_KEY=s\n"
#define HOME "HOME=/h\n"

typedef struct Case {
    const char *what;
    const char *config, *credentials, *env;
    const char *profile, *role;
    const char *source; // where they come from; or
    const char *error;  // a part of the message or the hint
} Case;

static CredsOptions options_of(const Case *c) {
    return (CredsOptions){.profile = str_of(c->profile), .role_arn = str_of(c->role)};
}

static void check(const Case *c) {
    Machine m;
    machine_start(&m, c->config, c->credentials, c->env);
    CredsOptions o = options_of(c);
    Creds *creds = NULL;
    CredsLook look = {0};
    Err err = {0};
    bool good = creds_open(&m.arena, &m.host, NULL, &o, &creds, &err) &&
                creds_look(creds, &m.arena, &look, &err);
    Str said = str_fmt(&m.arena, "%s (%s)", err.message, err.hint);
    if (good != (c->source != NULL))
        fail_msg("%s: %.*s", c->what, STR_ARG(good ? look.source : said));
    if (good && !str_is(look.source, c->source))
        fail_msg("%s: %.*s", c->what, STR_ARG(look.source));
    if (!good && !str_contains(said, c->error))
        fail_msg("%s: %.*s", c->what, STR_ARG(said));
    creds_close(creds);
    machine_stop(&m);
}

static void check_all(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++)
        check(&cases[i]);
}

// ---- Keys ---------------------------------------------------------------------------------------

static void keys_are_found_in_order(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "nothing at all", .env = HOME, .error = "no credentials: none in the environment"},
        {.what = "the environment", .env = HOME ENV_KEYS, .source = "the environment"},
        {.what = "the environment stands above files",
         .credentials = "[default]\n" KEYS("A"),
         .env = HOME ENV_KEYS,
         .source = "the environment"},
        {.what = "…and above AWS_PROFILE",
         .credentials = "[dev]\n" KEYS("A"),
         .env = HOME ENV_KEYS "AWS_PROFILE=dev\n",
         .source = "the environment"},
        {.what = "--profile stands above the environment",
         .credentials = "[dev]\n" KEYS("A"),
         .env = HOME ENV_KEYS,
         .profile = "dev",
         .source = "profile `dev` in `/h/.aws/credentials`"},
        {.what = "AWS_PROFILE",
         .credentials = "[dev]\n" KEYS("A"),
         .env = HOME "AWS_PROFILE=dev\n",
         .source = "profile `dev` in `/h/.aws/credentials`"},
        {.what = "AWS_DEFAULT_PROFILE",
         .credentials = "[dev]\n" KEYS("A"),
         .env = HOME "AWS_DEFAULT_PROFILE=dev\n",
         .source = "profile `dev` in `/h/.aws/credentials`"},
        {.what = "AWS_PROFILE stands above AWS_DEFAULT_PROFILE",
         .credentials = "[dev]\n" KEYS("A") "[ops]\n" KEYS("B"),
         .env = HOME "AWS_DEFAULT_PROFILE=dev\nAWS_PROFILE=ops\n",
         .source = "profile `ops` in `/h/.aws/credentials`"},
        {.what = "the configuration's keys",
         .config = "[default]\n" KEYS("A"),
         .env = HOME,
         .source = "profile `default` in `/h/.aws/config`"},
        {.what = "[profile default] takes the place of [default]",
         .config = "[profile default]\n" KEYS("A") "[default]\nregion = x\n",
         .env = HOME,
         .source = "profile `default` in `/h/.aws/config`"},
        {.what = "the credentials file stands above the configuration",
         .config = "[default]\n" KEYS("A"),
         .credentials = "[default]\n" KEYS("B"),
         .env = HOME,
         .source = "profile `default` in `/h/.aws/credentials`"},
        {.what = "a name in quotes",
         .config = "[profile \"a b\"]\n" KEYS("A"),
         .env = HOME,
         .profile = "a b",
         .source = "profile `a b` in `/h/.aws/config`"},
        {.what = "files that variables name",
         .env = HOME "AWS_SHARED_CREDENTIALS_FILE=~/there\n",
         .error = "/h/there:1: a line that is neither a section nor"},
        {.what = "a container's",
         .env = HOME "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x\n",
         .source = "the container, whose agent is `169.254.170.2`"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void bad_keys_end_the_search(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "half a pair in the environment",
         .credentials = "[default]\n" KEYS("A"),
         .env = HOME "AWS_ACCESS_KEY_ID=A\n",
         .error = "environment: `AWS_ACCESS_KEY_ID` is set and `AWS_SECRET_ACCESS_KEY` is not"},
        {.what = "the other half is nobody's",
         .credentials = "[default]\naws_secret_access_key = A\n",
         .config = "[default]\n" KEYS("A"),
         .env = HOME "AWS_SECRET_ACCESS_KEY=A\n",
         .source = "profile `default` in `/h/.aws/config`"},
        {.what = "half a pair in a file, with its line",
         .credentials = "[default]\nregion = x\naws_access_key_id = A\n",
         .env = HOME,
         .error = "/h/.aws/credentials:3: `aws_access_key_id` is set and"},
        {.what = "a key on two lines",
         .credentials = "[default]\naws_access_key_id = A\naws_secret_access_key = B\n  C\n",
         .env = HOME,
         .error = "`aws_secret_access_key` holds blanks"},
        {.what = "keys that have ended",
         .env = HOME ENV_KEYS "AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z\n",
         .error = "expired at 2020-01-01T00:00:00Z"},
        {.what = "keys that end at no time",
         .env = HOME ENV_KEYS "AWS_CREDENTIAL_EXPIRATION=soon\n",
         .error = "AWS_CREDENTIAL_EXPIRATION is not a time: `soon`"},
        {.what = "a file that cannot be understood",
         .config = "[default]\nregion\n",
         .env = HOME ENV_KEYS,
         .error = "/h/.aws/config:2: a line that is neither a section nor"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void profiles_that_are_missing_are_named(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "by --profile",
         .config = "[profile dev]\n",
         .env = HOME,
         .profile = "prod",
         .error = "there is no profile `prod`, which --profile names"},
        {.what = "by AWS_PROFILE, whatever else there is",
         .config = "[profile dev]\n",
         .env = HOME ENV_KEYS "AWS_PROFILE=prod\n",
         .error = "there is no profile `prod`, which AWS_PROFILE names"},
        {.what = "a name that is near",
         .config = "[profile production]\n",
         .env = HOME,
         .profile = "prodution",
         .error = "did you mean `production`?"},
        {.what = "[x] in the configuration",
         .config = "[dev]\nregion = x\n",
         .env = HOME,
         .profile = "dev",
         .error = "`[dev]` at /h/.aws/config:1 has to be `[profile dev]`"},
        {.what = "[profile x] in the credentials",
         .credentials = "[profile dev]\n" KEYS("A"),
         .env = HOME,
         .profile = "dev",
         .error = "`[profile dev]` at /h/.aws/credentials:1 has to be `[dev]`"},
        {.what = "what a terminal would obey",
         .env = HOME,
         .profile = "\x1b[2J",
         .error = "there is no profile `\\u{1b}[2J`"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

// ---- Roles --------------------------------------------------------------------------------------

#define ROLE(n) "role_arn = arn:aws:iam::123456789012:role/" n "\n"

static void roles_are_followed(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "a role by another profile's keys",
         .config = "[profile a]\n" ROLE("r") "source_profile = b\n[profile b]\n" KEYS("A"),
         .env = HOME,
         .profile = "a",
         .source = "profile `a`, role `arn:aws:iam::123456789012:role/r` by profile `b` in "
                   "`/h/.aws/config`"},
        {.what = "a chain",
         .config = "[profile a]\n" ROLE("r") "source_profile = b\n[profile b]\n" ROLE(
             "q") "source_profile = c\n",
         .credentials = "[c]\n" KEYS("A"),
         .env = HOME,
         .profile = "a",
         .source = "profile `a`, role `arn:aws:iam::123456789012:role/r` by role "
                   "`arn:aws:iam::123456789012:role/q` by profile `c` in `/h/.aws/credentials`"},
        {.what = "its own keys",
         .config = "[profile a]\n" ROLE("r") "source_profile = a\n" KEYS("A"),
         .env = HOME,
         .profile = "a",
         .source = "profile `a`, role `arn:aws:iam::123456789012:role/r` by profile `a` in "
                   "`/h/.aws/config`"},
        {.what = "a source with keys and a role: the keys",
         .config = "[profile a]\n" ROLE("r") "source_profile = b\n[profile b]\n" ROLE(
             "q") "source_profile = c\n" KEYS("A"),
         .env = HOME,
         .profile = "a",
         .source = "profile `a`, role `arn:aws:iam::123456789012:role/r` by profile `b` in "
                   "`/h/.aws/config`"},
        {.what = "by the environment",
         .config = "[profile a]\n" ROLE("r") "credential_source = Environment\n",
         .env = HOME ENV_KEYS,
         .profile = "a",
         .source = "profile `a`, role `arn:aws:iam::123456789012:role/r` by the environment"},
        {.what = "by the container",
         .config = "[default]\n" ROLE("r") "credential_source = EcsContainer\n",
         .env = HOME "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x\n",
         .source = "profile `default`, role `arn:aws:iam::123456789012:role/r` by the container, "
                   "whose agent is `169.254.170.2`"},
        {.what = "on top of what is found",
         .env = HOME ENV_KEYS,
         .role = "arn:aws:iam::123456789012:role/top",
         .source = "role `arn:aws:iam::123456789012:role/top` by the environment"},
        {.what = "by a token of the environment",
         .env = HOME "AWS_WEB_IDENTITY_TOKEN_FILE=/h/there\nAWS_ROLE_ARN=arn:r\n",
         .source = "role `arn:r` by the token that AWS_WEB_IDENTITY_TOKEN_FILE names"},
        {.what = "by a token of the profile",
         .config = "[default]\n" ROLE("r") "web_identity_token_file = /h/there\n",
         .env = HOME,
         .source = "role `arn:aws:iam::123456789012:role/r` by the token that /h/.aws/config:3 "
                   "names"},
        {.what = "--profile stands above the environment's token",
         .config = "[profile a]\n" KEYS("A"),
         .env = HOME "AWS_WEB_IDENTITY_TOKEN_FILE=/h/there\nAWS_ROLE_ARN=arn:r\n",
         .profile = "a",
         .source = "profile `a` in `/h/.aws/config`"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void bad_roles_end_the_search(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "nobody to assume it",
         .config = "[default]\n" ROLE("r"),
         .env = HOME,
         .error = "/h/.aws/config:2: `role_arn` without `source_profile` or `credential_source`"},
        {.what = "two to assume it",
         .config = "[default]\n" ROLE("r") "source_profile = b\ncredential_source = Environment\n",
         .env = HOME,
         .error = "profile `default` has both `source_profile` and `credential_source`"},
        {.what = "a place that is none",
         .config = "[default]\n" ROLE("r") "credential_source = Moon\n",
         .env = HOME,
         .error = "`Moon` is no `credential_source` (it is Environment, EcsContainer or"},
        {.what = "a source that is not there",
         .config = "[default]\n" ROLE("r") "source_profile = bse\n[profile base]\n",
         .env = HOME,
         .error = "/h/.aws/config:2: there is no profile `bse`, the `source_profile` of `default` "
                  "(did you mean `base`?)"},
        {.what = "its own source without keys",
         .config = "[default]\n" ROLE("r") "source_profile = default\n",
         .env = HOME,
         .error = "the profiles' roles go round in a circle: `default`, `default`"},
        {.what = "a circle",
         .config = "[profile a]\n" ROLE("r") "source_profile = b\n[profile b]\n" ROLE(
             "r") "source_profile = c\n[profile c]\n" ROLE("r") "source_profile = a\n",
         .env = HOME,
         .profile = "a",
         .error = "go round in a circle: `a`, `b`, `c`, `a`"},
        {.what = "a source that has nothing",
         .config = "[profile a]\n" ROLE("r") "source_profile = b\n[profile b]\nregion = x\n",
         .env = HOME,
         .profile = "a",
         .error = "profile `b` has no credentials, and profile `a` takes them from there"},
        {.what = "the environment that has nothing",
         .config = "[profile a]\n" ROLE("r") "credential_source = Environment\n",
         .env = HOME,
         .profile = "a",
         .error = "Environment has no credentials, and profile `a` takes them from there"},
        {.what = "a duration",
         .config =
             "[profile a]\n" ROLE("r") "duration_seconds = 1h\nsource_profile = a\n" KEYS("A"),
         .env = HOME,
         .profile = "a",
         .error = "/h/.aws/config:3: `duration_seconds` has to be between 900 and 43200"},
        {.what = "a token that is not there",
         .env = HOME "AWS_WEB_IDENTITY_TOKEN_FILE=/h/none\nAWS_ROLE_ARN=arn:r\n",
         .error = "AWS_WEB_IDENTITY_TOKEN_FILE: cannot read `/h/none`: no such file"},
        {.what = "a token without a role",
         .env = HOME "AWS_WEB_IDENTITY_TOKEN_FILE=/h/there\n",
         .error = "AWS_WEB_IDENTITY_TOKEN_FILE names a token, and no role for it"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void long_chains_end(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Buf b = buf_new(&a);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "[profile p%d]\nrole_arn = r\nsource_profile = p%d\n", i, i + 1);
    buf_puts(&b, "[profile p1000]\n" KEYS("A"));
    Case c = {.what = "a thousand roles",
              .config = str_cstr(&a, buf_str(&b)),
              .env = HOME,
              .profile = "p0",
              .error = "more than 16 roles in a chain"};
    check(&c);
    arena_release(&a);
}

// ---- SSO, logins, programs ----------------------------------------------------------------------

static void other_ways_are_seen(void **state) {
    (void)state;
    static const Case cases[] = {
        {.what = "SSO without a login",
         .config = "[profile s]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
                   "[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
         .env = HOME,
         .profile = "s",
         .error = "the SSO login of profile `s` was never made on this machine (`aws sso login "
                  "--profile s`)"},
        {.what = "SSO without its session",
         .config = "[profile s]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n",
         .env = HOME,
         .profile = "s",
         .error = "/h/.aws/config:3: there is no `[sso-session corp]`"},
        {.what = "SSO without a region",
         .config =
             "[profile s]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = https://x\n",
         .env = HOME,
         .profile = "s",
         .error = "profile `s` signs in by SSO, and has no `sso_region`"},
        {.what = "SSO that says two things",
         .config = "[profile s]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
                   "sso_region = us-east-1\n"
                   "[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
         .env = HOME,
         .profile = "s",
         .error = "`sso_region` of profile `s` is another than that of `[sso-session corp]`"},
        {.what = "an SSO session for tokens alone is passed over",
         .config = "[profile s]\nsso_session = corp\n" KEYS("A"),
         .env = HOME,
         .profile = "s",
         .source = "profile `s` in `/h/.aws/config`"},
        {.what = "a login that was never made",
         .config = "[profile l]\nlogin_session = arn:aws:iam::1:user/a\n",
         .env = HOME,
         .profile = "l",
         .error = "the login of profile `l` was never made on this machine (`aws login --profile "
                  "l`)"},
        {.what = "a program, which is not run",
         .config = "[default]\ncredential_process = '/opt/my tool' --give\n",
         .env = HOME,
         .source = "profile `default`, the program `/opt/my tool`"},
        {.what = "a program with half a quote",
         .config = "[default]\ncredential_process = '/opt/my tool\n",
         .env = HOME,
         .error = "/h/.aws/config:2: a quote of `credential_process` is not closed"},
        {.what = "keys stand above a program",
         .config = "[default]\ncredential_process = x\n",
         .credentials = "[default]\n" KEYS("A"),
         .env = HOME,
         .source = "profile `default` in `/h/.aws/credentials`"},
        {.what = "a container's address that is somebody else's",
         .env = HOME "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/x\n",
         .error = "is neither encrypted nor on this machine: `http://example.com/x`"},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

// ---- Region and settings ------------------------------------------------------------------------

static void the_region_is_chosen_in_order(void **state) {
    (void)state;
    static const struct {
        const char *option, *settings, *env, *config, *region, *why;
    } cases[] = {
        {"", "", HOME, "", "", ""},
        {"", "", HOME, "[default]\nregion = eu-west-1\n", "eu-west-1", "/h/.aws/config:2"},
        {"", "", HOME "AWS_DEFAULT_REGION=b\n", "[default]\nregion = a\n", "b",
         "AWS_DEFAULT_REGION"},
        {"", "", HOME "AWS_DEFAULT_REGION=b\nAWS_REGION=c\n", "[default]\nregion = a\n", "c",
         "AWS_REGION"},
        {"", "d", HOME "AWS_DEFAULT_REGION=b\nAWS_REGION=c\n", "[default]\nregion = a\n", "d",
         "pluto.yml"},
        {"e", "d", HOME "AWS_DEFAULT_REGION=b\nAWS_REGION=c\n", "[default]\nregion = a\n", "e",
         "--region"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Machine m;
        machine_start(&m, cases[i].config, NULL, cases[i].env);
        CredsOptions o = {.region = str_of(cases[i].option),
                          .settings_region = str_of(cases[i].settings)};
        Creds *creds;
        CredsLook look;
        Err err = {0};
        assert_true(creds_open(&m.arena, &m.host, NULL, &o, &creds, &err));
        assert_false(creds_look(creds, &m.arena, &look, &err));
        assert_true(str_is(look.region, cases[i].region));
        assert_true(str_is(look.why, cases[i].why));
        assert_true(str_is(creds_region(creds), cases[i].region));
        creds_close(creds);
        machine_stop(&m);
    }
}

static void a_region_is_a_part_of_a_name(void **state) {
    (void)state;
    static const char *const bad[] = {
        "a.b", "a/b",  "x@evil",
        "-a",  "a-",   "a b",
        "é",   "a\nb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Machine m;
        machine_start(&m, NULL, NULL, HOME);
        CredsOptions o = {.region = str_of(bad[i])};
        Creds *creds;
        Err err = {0};
        assert_false(creds_open(&m.arena, &m.host, NULL, &o, &creds, &err));
        assert_true(str_contains(str_of(err.message), "of --region is not a region"));
        machine_stop(&m);
    }
}

static void settings_are_found(void **state) {
    (void)state;
    static const char config[] = "[profile p]\nservices = mine\nendpoint_url = https://all\n"
                                 "s3 =\n  addressing_style = path\n  endpoint_url = https://no\n"
                                 "sts =\n  endpoint_url = https://neither\n"
                                 "[services mine]\ns3 =\n  endpoint_url = https://s3\n"
                                 "cloudformation =\n  Endpoint_Url = https://cfn\n"
                                 "[services other]\nlambda =\n  endpoint_url = https://no\n";
    static const struct {
        const char *service, *key, *value;
    } cases[] = {
        {NULL, "endpoint_url", "https://all"},
        {"s3", "endpoint_url", "https://s3"},
        {"cloudformation", "endpoint_url", "https://cfn"},
        {"lambda", "endpoint_url", ""},
        {"s3", "addressing_style", "path"},
        {"sts", "endpoint_url", ""},
        {NULL, "ENDPOINT_URL", "https://all"},
        {NULL, "use_fips_endpoint", ""},
    };
    Machine m;
    machine_start(&m, config, NULL, HOME);
    CredsOptions o = {.profile = STR("p")};
    Creds *creds;
    Err err = {0};
    assert_true(creds_open(&m.arena, &m.host, NULL, &o, &creds, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Str got = creds_setting(creds, cases[i].service, cases[i].key);
        if (!str_is(got, cases[i].value))
            fail_msg("%s %s: %.*s", cases[i].service ? cases[i].service : "-", cases[i].key,
                     STR_ARG(got));
    }
    creds_close(creds);
    machine_stop(&m);
}

// ---- What is told -------------------------------------------------------------------------------

static bool says(const CredsStepVec *steps, const char *finding, bool warns) {
    for (uint32_t i = 0; i < steps->n; i++)
        if (str_contains(steps->at[i].finding, finding) && steps->at[i].warns == warns)
            return true;
    return false;
}

static void steps_tell_and_keep_secrets(void **state) {
    (void)state;
    Machine m;
    machine_start(&m, "[profile p]\nservices = none\n",
                  "[p]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
                  "aws_secret_access_key = SECRETSECRET\naws_session_token = TOKENTOKEN\n",
                  HOME "AWS_PROFILE=p\nAWS_DEFAULT_PROFILE=q\n");
    CredsOptions o = {0};
    Creds *creds;
    CredsLook look;
    Err err = {0};
    assert_true(creds_open(&m.arena, &m.host, NULL, &o, &creds, &err));
    assert_true(creds_look(creds, &m.arena, &look, &err));
    assert_true(str_is(look.key, "key …MPLE, temporary"));
    assert_true(says(&look.steps, "says another profile than AWS_PROFILE, which counts", true));
    assert_true(says(&look.steps, "there is no section `[services none]`", true));
    assert_true(says(&look.steps, "AWS_ACCESS_KEY_ID is not set", false));
    assert_true(says(&look.steps, "key …MPLE, temporary", false));
    uint32_t won = 0;
    for (uint32_t i = 0; i < look.steps.n; i++) {
        won += look.steps.at[i].won;
        assert_false(str_contains(look.steps.at[i].finding, "SECRET"));
        assert_false(str_contains(look.steps.at[i].finding, "TOKENTOKEN"));
        assert_false(str_contains(look.steps.at[i].finding, "AKIAIOSF"));
    }
    assert_int_equal(won, 1);
    creds_close(creds);
    machine_stop(&m);
}

static void keys_are_given(void **state) {
    (void)state;
    Machine m;
    machine_start(&m, NULL,
                  "[default]\naws_access_key_id = A\naws_secret_access_key = S\n"
                  "aws_security_token = T\naws_account_id = 123456789012\n",
                  HOME);
    CredsOptions o = {0};
    Creds *creds;
    AwsCredentials k;
    Err err = {0};
    assert_true(creds_open(&m.arena, &m.host, NULL, &o, &creds, &err));
    assert_true(creds_get(creds, &m.arena, false, &k, &err));
    assert_true(str_is(k.access_key, "A") && str_is(k.secret_key, "S"));
    assert_true(str_is(k.session_token, "T") && str_is(k.account, "123456789012"));
    assert_int_equal(k.expires, 0);
    assert_true(str_is(creds_source(creds), "profile `default` in `/h/.aws/credentials`"));
    creds_close(creds);
    machine_stop(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_in_order),
        cmocka_unit_test(bad_keys_end_the_search),
        cmocka_unit_test(profiles_that_are_missing_are_named),
        cmocka_unit_test(roles_are_followed),
        cmocka_unit_test(bad_roles_end_the_search),
        cmocka_unit_test(long_chains_end),
        cmocka_unit_test(other_ways_are_seen),
        cmocka_unit_test(the_region_is_chosen_in_order),
        cmocka_unit_test(a_region_is_a_part_of_a_name),
        cmocka_unit_test(settings_are_found),
        cmocka_unit_test(steps_tell_and_keep_secrets),
        cmocka_unit_test(keys_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
