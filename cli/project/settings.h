#pragma once
// What pluto.yml says, checked. Private to cli/; docs/settings.md lists the keys.

#include "cli/project/yaml.h"
#include "generator/generator.h"

// Where a stack belongs, and as whom it is deployed. Empty: not given.
typedef struct AwsSettings {
    Str account;               // twelve digits
    Str role_arn, external_id; // assumed for AWS
    bool express;              // its deployments are in Express mode
} AwsSettings;

typedef struct Settings {
    Str project; // the key `name`; empty where it is not given
    Str entry;   // relative to the root; empty where it is not given
    Span entry_span;
    Str stack;     // the one chosen: never empty
    StrVec stacks; // all that the file lists
    GenerateSettings generate;
    AwsSettings aws;
} Settings;

// Reads the document, or gives the defaults where `root` is NULL. `wanted` is what --stack says, or
// empty. Problems: P0602 (unknown keys), P0603 (values), P0604 (stacks).
void settings_read(Arena *a, const Yaml *root, Str wanted, const KindTable *kinds, Diags *ds,
                   Settings *out);

// Letters, digits, `-`, `_` and (where `dots`) `.`, the first a letter or digit, at most 64.
bool settings_name_valid(Str name, bool dots);
