#pragma once
// What is on its way, on disk: written before each step, so that whoever comes after a crash knows
// what may have been done. Private to adapters/aws/deploy.

#include "adapters/adapters.h"

enum { JOURNAL_VERSION = 1, JOURNAL_MAX = 64 << 10 };

typedef enum JournalAct { JOURNAL_DEPLOY, JOURNAL_DESTROY, JOURNAL_ROLLBACK } JournalAct;

typedef struct Journal {
    JournalAct act;
    AwsPhase phase;
    Str account, region, partition;
    Str project, stack;       // whose it is
    Str stack_name, stack_id; // CloudFormation's; the id is empty until it is known
    Str change_set;           // its name, chosen before it is made
    Str change_set_id;        // its ARN, when CloudFormation has answered
    Str token, execute_token; // that make a repetition harmless
    Str template_sha, bucket;
    Str skip;    // a rollback's: logical ids that it leaves as they are, with commas
    Str started; // AWS's time, 2026-01-31T12:00:00
    bool creates, no_rollback, express;
} Journal;

const char *phase_name(AwsPhase phase); // "artifacts"

// The journal's text, and back. Anything may stand in the file: what is not a journal is an error.
Str journal_text(Arena *a, const Journal *j);
bool journal_parse(Arena *a, Str text, Journal *out, Err *err);

// <state>/<account>/<region>/<stack>.json. Whole or not at all, readable by its owner alone, on the
// disk when this returns.
bool journal_write(Arena *a, Str path, const Journal *j, Err *err);
bool journal_read(Arena *a, Host *host, Str path, bool *there, Journal *out, Err *err);
void journal_remove(Arena *a, Str path);
// Makes the folders above a path.
bool journal_folder(Arena *a, Str path, Err *err);
