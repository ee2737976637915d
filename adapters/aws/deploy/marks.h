#pragma once
// What a deployment adds to the program's template, and how it is taken off again. Private to
// adapters/aws/deploy.

#include "base/base.h"

// An endpoint's logical id; its name as the program has it, and as it is deployed: where one failed
// and could only be deleted, the next has another name.
typedef struct EndpointName {
    Str id, base, name;
} EndpointName;
typedef Vec(EndpointName) EndpointNameVec;

// Of a template of either kind. An endpoint without a name of its own is not among them.
void marks_names(Arena *a, Str json, EndpointNameVec *out);
// The program's template: what is deployed, without what marks_put has added.
Str marks_drop(Arena *a, Str json);
// Endpoints get the names that `names` says, where id and base are theirs. `keep`: a model and a
// configuration stay when others replace them, until the endpoint has moved over.
Str marks_put(Arena *a, Str json, const EndpointNameVec *names, bool keep);

// A name that has not been there yet.
Str marks_name(Arena *a, Str base, Str chance);
