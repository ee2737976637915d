#pragma once
// One search for credentials, and the places that it looks at. Private to creds/.
//
// A provider looks at one place. Where nothing is set up there the search goes on; where something
// is set up and does not work the search ends: other credentials than those that were meant are
// worse than none.

#include "adapters/aws/creds/creds.h"
#include "adapters/aws/creds/profiles.h"

typedef enum Found { FOUND_NOTHING, FOUND, FOUND_BROKEN } Found;

typedef struct Grant {
    AwsCredentials keys;
    Str source;   // for people
    bool pending; // only somebody over the network, or another program, could tell the keys
    bool machine; // of the machine that we run on: it knows its region, too
} Grant;

enum { CHAIN_DEPTH_MAX = 16 };

typedef struct Search {
    Arena *a; // of all that is found
    const Creds *creds;
    Host *host;
    Http *http;
    const CredsOptions *options;
    const Profiles *files;
    Str profile;                  // in force
    bool chosen;                  // by --profile: the environment's keys have no say
    bool offline;                 // ask nobody, run nothing: `pluto doctor`
    bool force;                   // what was given last was refused: no cache of ours
    Str region;                   // for STS; may be empty, then the machine that grants may tell it
    Str visited[CHAIN_DEPTH_MAX]; // profiles of the chain of roles so far
    uint32_t depth;
    CredsStepVec steps;
} Search;

typedef Found (*Provider)(Search *s, Str profile, Grant *out, Err *err);

// The whole search, with --role-arn on top. False with what went wrong, or that there is nothing.
bool chain_find(Search *s, Grant *out, Err *err);
// What a profile that is another one's source has of its own: neither the environment nor a role.
Found chain_source(Search *s, Str profile, Grant *out, Err *err);

// ---- Places (in the order of the search; chain.c) -----------------------------------------------

Found provide_environment(Search *s, Str profile, Grant *out, Err *err);
Found provide_role(Search *s, Str profile, Grant *out, Err *err);
Found provide_web_identity(Search *s, Str profile, Grant *out, Err *err);
Found provide_web_profile(Search *s, Str profile, Grant *out, Err *err); // not by the environment
Found provide_sso(Search *s, Str profile, Grant *out, Err *err);
Found provide_shared(Search *s, Str profile, Grant *out, Err *err); // ~/.aws/credentials
Found provide_login(Search *s, Str profile, Grant *out, Err *err);
Found provide_process(Search *s, Str profile, Grant *out, Err *err);
Found provide_config(Search *s, Str profile, Grant *out, Err *err); // keys in ~/.aws/config
Found provide_container(Search *s, Str profile, Grant *out, Err *err);
Found provide_machine(Search *s, Str profile, Grant *out, Err *err); // EC2

// A role on top of what was found (--role-arn, pluto.yml). False with why not.
bool role_on_top(Search *s, Grant *grant, Err *err);

// ---- Words --------------------------------------------------------------------------------------

void step_add(Search *s, Str place, Str finding);
void step_warn(Search *s, Str place, Str finding);
// Text of files and of the network in messages: nothing that a terminal obeys, no secret, cut where
// it is long.
Str shown(Search *s, Str text);
Str profile_shown(Search *s, Str profile); // "profile `dev`"
// "key …WXYZ": enough to know it again, and no more. Ids that are too short to hide show nothing.
Str key_shown(Arena *a, Str id);
bool region_plain(Str region); // may be a part of a host's name; false where it is empty
// Err of kind ERR_ACCESS, for `return broken(err, …);`.
Found broken(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
