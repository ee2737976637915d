#pragma once
// The templates that the program carries: made by cmake/templates.cmake from templates/index.json.

typedef struct BuiltinFile {
    const char *path; // relative, '/'
    const char *text;
} BuiltinFile;

typedef struct BuiltinTemplate {
    const char *name, *doc;
    const BuiltinFile *files;
    unsigned count;
} BuiltinTemplate;

extern const BuiltinTemplate builtin_templates[];
extern const unsigned builtin_template_count;

// What every project needs, where its template has no such file.
extern const BuiltinFile builtin_common[];
extern const unsigned builtin_common_count;
// The types of @plutolang/pluto.
extern const char *const builtin_types;
