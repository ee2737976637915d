#pragma once
// The profiles of both files, merged. Private to creds/.

#include "adapters/aws/creds/ini.h"

typedef struct ProfileFile {
    Str path;    // empty: there is no home to look in
    Str trouble; // why it could not be read, or empty
    bool there;
    AwsIni ini;
} ProfileFile;

typedef struct Profiles {
    Arena *a;
    ProfileFile config, credentials;
} Profiles;

// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else below ~/.aws. Files that are not there are
// empty; those that cannot be understood are an error.
bool profiles_read(Arena *a, Host *host, Profiles *out, Err *err);

// The same of what is read already; each its own, since names are written into them.
void profiles_take(Profiles *p, const AwsIni *config, const AwsIni *credentials);

bool profiles_has(const Profiles *p, Str profile);
// Of a profile; the credentials file wins over the configuration, the last of several lines over
// those before. Empty where it is not set or has no value. *place (may be NULL): "path:line".
Str profiles_get(const Profiles *p, Str profile, const char *key, Str *place);
// The same, in one of the files alone.
Str profiles_get_in(const Profiles *p, const ProfileFile *f, Str profile, const char *key,
                    Str *place);
// Of `[<kind> <name>]` in the configuration; block: "s3" for what is nested below it, or NULL.
bool profiles_has_section(const Profiles *p, const char *kind, Str name);
Str profiles_section_get(const Profiles *p, const char *kind, Str name, Str block, Str key);
// The nested settings of a profile: block "s3", key "endpoint_url".
Str profiles_nested(const Profiles *p, Str profile, Str block, Str key);
// What may have been meant where there is no such profile: a clause to add to a message, or empty.
Str profiles_advice(const Profiles *p, Str profile);

// A path as AWS's tools take it from settings and variables: `~`, `$NAME` and `${NAME}` stand for
// what they do in a shell.
Str expanded_path(Arena *a, Host *host, Str path);
// What is at this place below the user's home folder, or empty where there is none.
Str home_path(Arena *a, Host *host, Str below);
Str env_text(Arena *a, Host *host, const char *name); // empty where it is not set
