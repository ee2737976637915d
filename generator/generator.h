#pragma once
// The generator: from the graph to CloudFormation. The one public header of generator/.
//
//     Output out;
//     if (generate(arena, arch, &kind_table, &settings, &out, diags)) write(out.main.json);
//
// It reads the graph and the settings alone: no file, no network, no clock. What is wrong with the
// program is said in `ds` with the place that the graph carries; out is complete or untouched.

#include "arch/arch.h"

// Every file of generator/kinds/, sorted by name.
extern const KindTable kind_table;

typedef struct Pair {
    Str key, value;
} Pair;
typedef Vec(Pair) PairVec;

// What pluto.yml says of a stack. Zero and the empty slice mean: not given.
typedef struct GenerateSettings {
    Str region; // empty: the template fits any region
    uint32_t memory, timeout, log_retention;
    Str architecture, runtime;
    PairVec environment; // of every function; a function's own variables win
    PairVec tags;        // of everything that can carry tags
    // The program's text where it is at hand, else NULL: diagnostics then point at the literal
    // itself.
    Sources *sources;
} GenerateSettings;

typedef struct TemplateFile {
    Str file; // "template.json", "template-functions0.json"
    Str id;   // of a nested one: its stack's logical id, "Functions0"; else empty
    Str json;
} TemplateFile;

// How a deployment hands the template the place of a function's package.
typedef struct CodeAsset {
    Str function;              // "Function/chatbot"
    Str parameter;             // of the main template
    int32_t index;             // into that parameter's list, -1 where it is the key itself
    Str architecture, runtime; // what the package is for: "x86_64", "nodejs24.x"
} CodeAsset;
typedef Vec(CodeAsset) CodeAssetVec;
typedef Vec(TemplateFile) TemplateFileVec;

typedef struct Output {
    TemplateFile main;
    TemplateFileVec nested; // where the limits make them necessary
    CodeAssetVec code;      // in the graph's order of functions
} Output;

// A P0504 for every literal that looks like a secret, among the arguments of resources whose option
// `allowPlaintextSecrets` does not let it stand, and among the settings. No secret is printed.
// False where there was one. Whoever prints or stores the graph asks first; generate() does.
bool secrets_check(Arena *a, const Arch *arch, const GenerateSettings *s, Diags *ds);

// The service whose key or token stands in the text ("a Stripe key"), or NULL. Whoever shows lines
// of the program asks.
const char *secret_in(Str s);

// What CloudFormation calls a stack of a project: "<project>-<stack>", letters, digits and `-`,
// with a hash where that would lose something.
Str stack_name(Arena *a, Str project, Str stack);

// False where `ds` got an error.
bool generate(Arena *a, const Arch *arch, const KindTable *kinds, const GenerateSettings *s,
              Output *out, Diags *ds);

// What a `call` or `read` edge permits, for people: "sagemaker:InvokeEndpoint on endpoint/…". Empty
// where the edge permits nothing.
Str grant_text(Arena *a, const Arch *arch, const KindTable *kinds, const ArchEdge *edge);

// docs/permissions.md: the table of kinds, operations and actions.
Str permissions_markdown(Arena *a, const KindTable *kinds);
