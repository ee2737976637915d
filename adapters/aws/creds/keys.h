#pragma once
// Credentials as JSON, the way programs, containers and machines give them. Private to creds/.

#include "adapters/aws/creds/creds.h"

typedef struct KeysForm {
    const char *token; // what the session token is called
    bool version;      // `"Version": 1` has to be there
    bool whole;        // token and end have to be there
    bool coded;        // `"Code": "Success"`, where there is a code
} KeysForm;

// False with what is wrong with it; no value of it is in the message.
bool keys_read(Arena *a, Str json, const KeysForm *form, AwsCredentials *out, Err *err);
// Nothing but visible ASCII: a header carries it.
bool keys_plain(Str s);
