// Finds a profile's settings in the two files that AWS's tools share.
//
// In: the files, by their variables or below the home folder. Out: values with their places. In the
// configuration a profile is `[profile x]` (and `[default]`, which `[profile default]` takes the
// place of), in the credentials file `[x]`; sections of one name are one.
// Invariant: what stands in the wrong form in the wrong file is no profile, and advice says so.

#include "adapters/aws/creds/profiles.h"

#include "adapters/aws/creds/shlex.h"

#include <pwd.h>
#include <unistd.h>

// ---- Paths --------------------------------------------------------------------------------------

Str env_text(Arena *a, Host *host, const char *name) {
    Str value = STR_EMPTY;
    return host->env(host, a, str_of(name), &value) ? value : STR_EMPTY;
}

// Without HOME, what the system knows of the user, as AWS's tools have it: services are often
// started without. Never a folder below the one that we are in, which is a project's.
static Str home_folder(Arena *a, Host *host) {
    enum { ENTRY_MAX = 16 << 10 };
    struct passwd entry, *found = NULL;
    Str home = env_text(a, host, "HOME");
    if (!home.n && host == host_posix() &&
        getpwuid_r(getuid(), &entry, arena_alloc(a, ENTRY_MAX), ENTRY_MAX, &found) == 0 && found)
        home = str_of(found->pw_dir);
    return path_is_absolute(home) ? home : STR_EMPTY;
}

Str home_path(Arena *a, Host *host, Str below) {
    Str home = home_folder(a, host);
    return home.n ? path_join(a, home, below) : STR_EMPTY;
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The variable that begins behind the `$` at *at, which moves behind it; false where there is none
// or it is not set: then the text stays as it is.
static bool variable_at(Arena *a, Host *host, Str path, uint32_t *at, Str *value) {
    uint32_t i = *at + 1;
    bool braces = i < path.n && path.p[i] == '{';
    uint32_t start = i += braces;
    while (i < path.n && is_name(path.p[i]))
        i++;
    if (i == start || (braces && (i == path.n || path.p[i] != '}')) ||
        !host->env(host, a, str_slice(path, start, i), value))
        return false;
    *at = i + braces - 1;
    return true;
}

Str expanded_path(Arena *a, Host *host, Str path) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < path.n; i++) {
        Str value;
        if (path.p[i] == '$' && variable_at(a, host, path, &i, &value))
            buf_put(&b, value);
        else
            buf_putc(&b, path.p[i]);
    }
    path = buf_str(&b);
    Str home = home_folder(a, host);
    if (home.n && (str_is(path, "~") || str_starts(path, "~/")))
        path = str_cat(a, home, str_slice(path, 1, path.n));
    return path;
}

// ---- Reading ------------------------------------------------------------------------------------

static bool file_read(Arena *a, Host *host, const char *variable, const char *below_home,
                      ProfileFile *out, AwsIni *ini, Err *err) {
    *out = (ProfileFile){.path = expanded_path(a, host, env_text(a, host, variable))};
    if (!out->path.n)
        out->path = home_path(a, host, str_of(below_home));
    if (!out->path.n)
        return true;
    Str text;
    Err why = {0};
    if (!host->read_file(host, a, out->path, AWS_INI_MAX, &text, &why)) {
        // The AWS CLI passes over files that it cannot read; `/dev/null` for one of them is usual.
        if (why.kind != ERR_NOT_FOUND && why.kind != ERR_NOT_REGULAR)
            out->trouble = str_dup(a, str_of(why.message));
        return true;
    }
    out->there = true;
    return aws_ini_read(a, out->path, text, ini, err);
}

// `[kind label]`, the label quoted or not; `[default]` is a profile in either file.
static void name_parts(Arena *a, AwsIni *config) {
    bool has_profile_default = false;
    for (uint32_t i = 0; i < config->parts.n; i++) {
        IniPart *part = &config->parts.at[i];
        WordVec words;
        if (!shlex_split(a, part->name, &words) || words.n != 2)
            continue;
        part->kind = words.at[0];
        part->label = words.at[1];
        has_profile_default |= str_is(part->kind, "profile") && str_is(part->label, "default");
    }
    for (uint32_t i = 0; i < config->parts.n && !has_profile_default; i++) {
        IniPart *part = &config->parts.at[i];
        if (str_is(part->name, "default")) {
            part->kind = STR("profile");
            part->label = part->name;
        }
    }
}

void profiles_take(Profiles *p, const AwsIni *config, const AwsIni *credentials) {
    p->config.ini = *config;
    p->credentials.ini = *credentials;
    name_parts(p->a, &p->config.ini);
    for (uint32_t i = 0; i < p->credentials.ini.parts.n; i++) {
        IniPart *part = &p->credentials.ini.parts.at[i];
        if (str_is(part->name, "DEFAULT"))
            continue;
        part->kind = STR("profile");
        part->label = part->name;
    }
}

bool profiles_read(Arena *a, Host *host, Profiles *out, Err *err) {
    AwsIni config = {0}, credentials = {0};
    *out = (Profiles){.a = a};
    if (!file_read(a, host, "AWS_CONFIG_FILE", ".aws/config", &out->config, &config, err) ||
        !file_read(a, host, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", &out->credentials,
                   &credentials, err))
        return false;
    profiles_take(out, &config, &credentials);
    return true;
}

// ---- Sections -----------------------------------------------------------------------------------

static bool part_is(const IniPart *part, const char *kind, Str label) {
    return str_is(part->kind, kind) && str_eq(part->label, label);
}

static Str place_of(const Profiles *p, const ProfileFile *f, uint32_t line) {
    return str_fmt(p->a, "%.*s:%u", STR_ARG(f->path), line);
}

static const IniEntry *entry_of(const IniPart *part, Str block, Str key) {
    const IniEntry *found = NULL;
    for (uint32_t i = 0; i < part->entries.n; i++) {
        const IniEntry *e = &part->entries.at[i];
        if (aws_ini_same_key(e->block, block) && aws_ini_same_key(e->key, key))
            found = e;
    }
    return found;
}

// Of all sections of that name; else of `[DEFAULT]`, in capitals, which to the AWS CLI is a part of
// every section of its file that is there.
static const IniEntry *section_entry(const AwsIni *ini, const char *kind, Str label, Str block,
                                     Str key) {
    const IniEntry *own = NULL, *common = NULL;
    bool there = false;
    for (uint32_t i = 0; i < ini->parts.n; i++) {
        const IniPart *part = &ini->parts.at[i];
        bool is_common = str_is(part->name, "DEFAULT"), is_own = part_is(part, kind, label);
        const IniEntry *e = is_common || is_own ? entry_of(part, block, key) : NULL;
        there |= is_own;
        if (e && is_common)
            common = e;
        else if (e)
            own = e;
    }
    return own ? own : there ? common : NULL;
}

static const IniEntry *profile_entry(const ProfileFile *f, Str profile, Str block, Str key) {
    const IniEntry *found = section_entry(&f->ini, "profile", profile, block, key);
    return found && found->value.n ? found : NULL;
}

static bool file_has(const ProfileFile *f, const char *kind, Str label) {
    for (uint32_t i = 0; i < f->ini.parts.n; i++)
        if (part_is(&f->ini.parts.at[i], kind, label))
            return true;
    return false;
}

// ---- Questions ----------------------------------------------------------------------------------

bool profiles_has(const Profiles *p, Str profile) {
    return file_has(&p->config, "profile", profile) ||
           file_has(&p->credentials, "profile", profile);
}

Str profiles_get_in(const Profiles *p, const ProfileFile *f, Str profile, const char *key,
                    Str *place) {
    const IniEntry *e = profile_entry(f, profile, STR_EMPTY, str_of(key));
    if (e && place)
        *place = place_of(p, f, e->line);
    return e ? e->value : STR_EMPTY;
}

Str profiles_get(const Profiles *p, Str profile, const char *key, Str *place) {
    Str value = profiles_get_in(p, &p->credentials, profile, key, place);
    return value.n ? value : profiles_get_in(p, &p->config, profile, key, place);
}

Str profiles_nested(const Profiles *p, Str profile, Str block, Str key) {
    const IniEntry *e = profile_entry(&p->config, profile, block, key);
    return e ? e->value : STR_EMPTY;
}

bool profiles_has_section(const Profiles *p, const char *kind, Str name) {
    return file_has(&p->config, kind, name);
}

Str profiles_section_get(const Profiles *p, const char *kind, Str name, Str block, Str key) {
    const IniEntry *e = section_entry(&p->config.ini, kind, name, block, key);
    return e ? e->value : STR_EMPTY;
}

// ---- Advice -------------------------------------------------------------------------------------

typedef Vec(Str) NameVec;

static void collect_names(const Profiles *p, NameVec *out) {
    const ProfileFile *files[] = {&p->config, &p->credentials};
    for (size_t f = 0; f < 2; f++) {
        for (uint32_t i = 0; i < files[f]->ini.parts.n; i++)
            if (str_is(files[f]->ini.parts.at[i].kind, "profile"))
                vec_push(p->a, out, files[f]->ini.parts.at[i].label);
    }
}

// The section that somebody wrote as the other file wants it.
static Str misplaced(const Profiles *p, Str profile) {
    for (uint32_t i = 0; i < p->config.ini.parts.n; i++) {
        const IniPart *part = &p->config.ini.parts.at[i];
        if (str_eq(part->name, profile))
            return str_fmt(p->a, "`[%.*s]` at %.*s has to be `[profile %.*s]`", STR_ARG(profile),
                           STR_ARG(place_of(p, &p->config, part->line)), STR_ARG(profile));
    }
    for (uint32_t i = 0; i < p->credentials.ini.parts.n; i++) {
        const IniPart *part = &p->credentials.ini.parts.at[i];
        WordVec words;
        if (shlex_split(p->a, part->name, &words) && words.n == 2 &&
            str_is(words.at[0], "profile") && str_eq(words.at[1], profile))
            return str_fmt(p->a, "`[%.*s]` at %.*s has to be `[%.*s]`", STR_ARG(part->name),
                           STR_ARG(place_of(p, &p->credentials, part->line)), STR_ARG(profile));
    }
    return STR_EMPTY;
}

Str profiles_advice(const Profiles *p, Str profile) {
    Str found = misplaced(p, profile);
    if (found.n)
        return found;
    const ProfileFile *files[] = {&p->config, &p->credentials};
    for (size_t i = 0; i < 2; i++)
        if (files[i]->trouble.n)
            return files[i]->trouble;
    NameVec names = {0};
    collect_names(p, &names);
    Str near = str_suggest(profile, names.at, names.n);
    if (near.n)
        return str_fmt(p->a, "did you mean `%.*s`?", STR_ARG(near));
    return names.n ? STR_EMPTY
                   : str_fmt(p->a, "there are no profiles in `%.*s`: `aws configure` makes one",
                             STR_ARG(p->config.path));
}
