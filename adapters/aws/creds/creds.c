// Who we are to AWS: holds the credentials that were found, and renews them in time.
//
// In: options, environment, files. Out: credentials that are good for some minutes more. Invariant:
// one thread looks for them at a time, and no lock is held while it does; what was given stays good
// to whoever has it, being a copy.

#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/renewal.h"

#include <pthread.h>
#include <time.h>

struct Creds {
    Host *host;
    Http *http;
    CredsOptions options;
    Arena lasting; // of what the caller is given without a copy
    Profiles files;
    Str profile;
    bool chosen;
    CredsStepVec notes; // of opening
    pthread_mutex_t lock;
    pthread_cond_t done;
    // Under the lock:
    bool busy;
    Arena box; // of `keys`
    bool have;
    bool failed; // the last search, with `why`
    Err why;
    AwsCredentials keys;
    int64_t found_at, forced_at; // as in renewal.h
    Str source;
    Str region, region_why;
    CredsStepVec steps;
};

// ---- Opening ------------------------------------------------------------------------------------

// The region becomes part of host names that get signed requests.
static bool choose_region(Creds *c, Err *err) {
    Arena *a = &c->lasting;
    Str place = STR_EMPTY, of_profile = profiles_get(&c->files, c->profile, "region", &place);
    const struct {
        Str region, why;
    } choices[] = {
        {c->options.region, STR("--region")},
        {c->options.settings_region, STR("pluto.yml")},
        {env_text(a, c->host, "AWS_REGION"), STR("AWS_REGION")},
        {env_text(a, c->host, "AWS_DEFAULT_REGION"), STR("AWS_DEFAULT_REGION")},
        {of_profile, str_visible(a, place)},
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices && !c->region.n; i++) {
        c->region = choices[i].region;
        c->region_why = choices[i].why;
    }
    if (!c->region.n)
        c->region_why = STR_EMPTY;
    if (!c->region.n || region_plain(c->region))
        return true;
    err_set(err, c->options.region.n ? ERR_USAGE : ERR_IO, "`%.*s` of %.*s is not a region",
            STR_ARG(str_visible(a, str_slice(c->region, 0, 80))), STR_ARG(c->region_why));
    err_hint(err, "regions look like `us-east-1`");
    return false;
}

static bool no_such_profile(Creds *c, Str by, Err *err) {
    Arena *a = &c->lasting;
    Str advice = profiles_advice(&c->files, c->profile);
    err_set(err, c->chosen ? ERR_USAGE : ERR_ACCESS, "there is no profile `%.*s`, which %.*s names",
            STR_ARG(str_visible(a, str_slice(c->profile, 0, 100))), STR_ARG(by));
    if (advice.n)
        err_hint(err, "%.*s", STR_ARG(str_visible(a, str_slice(advice, 0, 200))));
    else
        err_hint(err, "`aws configure list-profiles` lists those that there are");
    return false;
}

static bool choose_profile(Creds *c, Err *err) {
    Arena *a = &c->lasting;
    Str first = env_text(a, c->host, "AWS_PROFILE");
    Str second = env_text(a, c->host, "AWS_DEFAULT_PROFILE");
    Str by = first.n ? STR("AWS_PROFILE") : STR("AWS_DEFAULT_PROFILE");
    c->profile = first.n ? first : second;
    if (c->options.profile.n) {
        c->profile = c->options.profile;
        c->chosen = true;
        by = STR("--profile");
    } else if (first.n && second.n && !str_eq(first, second)) {
        vec_push(a, &c->notes,
                 (CredsStep){.place = STR("AWS_DEFAULT_PROFILE"),
                             .finding = STR("says another profile than AWS_PROFILE, which counts"),
                             .warns = true});
    }
    if (!c->profile.n) {
        c->profile = STR("default");
        return true;
    }
    return profiles_has(&c->files, c->profile) || no_such_profile(c, by, err);
}

static void note_services(Creds *c) {
    Str place = STR_EMPTY, services = profiles_get(&c->files, c->profile, "services", &place);
    if (!services.n || profiles_has_section(&c->files, "services", services))
        return;
    Str finding = str_fmt(&c->lasting, "there is no section `[services %.*s]`",
                          STR_ARG(str_visible(&c->lasting, str_slice(services, 0, 100))));
    vec_push(&c->lasting, &c->notes,
             (CredsStep){str_visible(&c->lasting, place), finding, false, true});
}

bool creds_open(Arena *a, Host *host, Http *http, const CredsOptions *options, Creds **out,
                Err *err) {
    Creds *c = arena_new(a, Creds);
    *c = (Creds){.host = host, .http = http, .options = *options};
    Arena *l = &c->lasting;
    arena_init(l);
    arena_init(&c->box);
    c->options.profile = str_dup(l, options->profile);
    c->options.region = str_dup(l, options->region);
    c->options.settings_region = str_dup(l, options->settings_region);
    c->options.role_arn = str_dup(l, options->role_arn);
    c->options.external_id = str_dup(l, options->external_id);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->done, NULL);
    *out = c;
    if (profiles_read(l, host, &c->files, err) && choose_profile(c, err) && choose_region(c, err)) {
        note_services(c);
        return true;
    }
    creds_close(c);
    *out = NULL;
    return false;
}

void creds_close(Creds *c) {
    if (!c)
        return;
    arena_wipe(&c->box);
    arena_wipe(&c->lasting); // the files are in it
    pthread_cond_destroy(&c->done);
    pthread_mutex_destroy(&c->lock);
}

// ---- Finding ------------------------------------------------------------------------------------

static Search search_begin(Creds *c, Arena *a, const Profiles *files, bool offline) {
    return (Search){.a = a,
                    .creds = c,
                    .host = c->host,
                    .http = c->http,
                    .options = &c->options,
                    .files = files,
                    .profile = c->profile,
                    .chosen = c->chosen,
                    .offline = offline,
                    .region = creds_region(c)};
}

static AwsCredentials keys_copy(Arena *a, const AwsCredentials *k) {
    return (AwsCredentials){.access_key = str_dup(a, k->access_key),
                            .secret_key = str_dup(a, k->secret_key),
                            .session_token = str_dup(a, k->session_token),
                            .account = str_dup(a, k->account),
                            .expires = k->expires};
}

static void steps_copy(Arena *a, const CredsStepVec *from, CredsStepVec *to) {
    for (uint32_t i = 0; i < from->n; i++) {
        const CredsStep *one = &from->at[i];
        vec_push(
            a, to,
            (CredsStep){str_dup(a, one->place), str_dup(a, one->finding), one->won, one->warns});
    }
}

// Texts that were given out stay where they are: they are only added where they say something new.
static void keep_text(Creds *c, Str *slot, Str text) {
    if (!str_eq(*slot, text))
        *slot = str_dup(&c->lasting, text);
}

static void keep_grant(Creds *c, const Grant *grant, const Search *s) {
    arena_wipe(&c->box);
    c->keys = keys_copy(&c->box, &grant->keys);
    c->have = true;
    keep_text(c, &c->source, grant->source);
    // Who runs on a machine of AWS's is where that machine is, where nobody says otherwise.
    if (!c->region.n && s->region.n) {
        c->region = str_dup(&c->lasting, s->region);
        c->region_why = STR("the EC2 instance");
    }
}

// In one thread at a time, without the lock. The files are read again: what somebody renewed there
// meanwhile counts.
static bool find(Creds *c, bool force, Err *err) {
    Arena a;
    arena_init(&a);
    Profiles files;
    Search s = {0};
    Grant grant = {0};
    bool good = profiles_read(&a, c->host, &files, err);
    if (good) {
        s = search_begin(c, &a, &files, false);
        s.force = force;
        good = chain_find(&s, &grant, err);
    }
    pthread_mutex_lock(&c->lock);
    c->found_at = (int64_t)time(NULL);
    if (force)
        c->forced_at = c->found_at;
    if (good)
        keep_grant(c, &grant, &s);
    if (!good || !c->steps.n) {
        c->steps = (CredsStepVec){0};
        steps_copy(&c->lasting, &s.steps, &c->steps);
    }
    pthread_mutex_unlock(&c->lock);
    arena_wipe(&a);
    return good;
}

// ---- Giving -------------------------------------------------------------------------------------

// Whether what there is may be given although no newer one was found.
static bool still_good(const Creds *c, bool force) {
    return c->have && !force && (!c->keys.expires || c->keys.expires > (int64_t)time(NULL));
}

// Called and left with the lock held.
static void find_alone(Creds *c, bool force) {
    Err why = {0};
    c->busy = true;
    pthread_mutex_unlock(&c->lock);
    bool good = find(c, force, &why);
    pthread_mutex_lock(&c->lock);
    c->failed = !good;
    c->why = why;
    c->busy = false;
    pthread_cond_broadcast(&c->done);
}

bool creds_get(Creds *c, Arena *a, bool force, AwsCredentials *out, Err *err) {
    pthread_mutex_lock(&c->lock);
    Held held = {c->have, c->failed, c->keys.expires, c->found_at, c->forced_at};
    Renewal need = renewal_of(&held, (int64_t)time(NULL), force);
    if (need == RENEW_NOW && c->busy) {
        // What the other one finds, or fails to find, is our answer, too: nobody is asked twice.
        while (c->busy)
            pthread_cond_wait(&c->done, &c->lock);
    } else if (need != RENEW_NOT && !c->busy) {
        find_alone(c, force);
    }
    bool good = c->failed ? still_good(c, force) : c->have;
    if (good)
        *out = keys_copy(a, &c->keys);
    else
        *err = c->why;
    pthread_mutex_unlock(&c->lock);
    return good;
}

// ---- Questions ----------------------------------------------------------------------------------

// Who only asks may have a const Creds; the lock is no part of what it says.
static void lock(const Creds *c) {
    pthread_mutex_lock(&((Creds *)c)->lock);
}

static void unlock(const Creds *c) {
    pthread_mutex_unlock(&((Creds *)c)->lock);
}

Str creds_source(const Creds *c) {
    lock(c);
    Str source = c->source;
    unlock(c);
    return source;
}

Str creds_region(const Creds *c) {
    lock(c);
    Str region = c->region;
    unlock(c);
    return region;
}

Str creds_setting(const Creds *c, const char *service, const char *key) {
    if (!service)
        return profiles_get(&c->files, c->profile, key, NULL);
    Str block = str_of(service), name = profiles_get(&c->files, c->profile, "services", NULL);
    Str value = STR_EMPTY;
    if (name.n)
        value = profiles_section_get(&c->files, "services", name, block, str_of(key));
    if (!value.n && !aws_ini_same_key(str_of(key), STR("endpoint_url")))
        value = profiles_nested(&c->files, c->profile, block, str_of(key));
    return value;
}

void creds_steps(const Creds *c, Arena *a, CredsStepVec *out) {
    *out = (CredsStepVec){0};
    steps_copy(a, &c->notes, out);
    lock(c);
    steps_copy(a, &c->steps, out);
    unlock(c);
}

bool creds_look(Creds *c, Arena *a, CredsLook *out, Err *err) {
    *out = (CredsLook){0};
    Arena scratch;
    arena_init(&scratch);
    Search s = search_begin(c, &scratch, &c->files, true);
    Grant grant = {0};
    bool good = chain_find(&s, &grant, err);
    steps_copy(a, &c->notes, &out->steps);
    steps_copy(a, &s.steps, &out->steps);
    out->region = str_dup(a, s.region);
    out->why = str_dup(a, c->region_why);
    if (good) {
        out->source = str_dup(a, grant.source);
        out->account = str_dup(a, grant.keys.account);
        if (!grant.pending)
            out->key = str_fmt(a, "%.*s%s", STR_ARG(key_shown(a, grant.keys.access_key)),
                               grant.keys.session_token.n ? ", temporary" : "");
    }
    arena_wipe(&scratch);
    return good;
}
