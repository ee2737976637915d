#pragma once
// The grammar of ~/.aws/config and ~/.aws/credentials. Private to creds/.

#include "base/base.h"

typedef struct IniEntry {
    Str block; // "s3" for the `a = b` that is indented below `s3 =`, else empty
    Str key;   // as written; keys are the same in any letter case
    Str value; // continued lines are joined by line feeds
    uint32_t line;
} IniEntry;

typedef struct IniPart {
    Str name;        // between the brackets, trimmed: `profile "a b"`
    Str kind, label; // "profile" and "a b", for who makes profiles of them (profiles.c)
    uint32_t line;
    Vec(IniEntry) entries;
} IniPart;

typedef struct AwsIni {
    Vec(IniPart) parts; // one for each header, in order; a name may be there twice
} AwsIni;

enum { AWS_INI_MAX = 4 << 20 };

// False where the file is malformed: err names `path:line`.
bool aws_ini_read(Arena *a, Str path, Str text, AwsIni *out, Err *err);
bool aws_ini_same_key(Str a, Str b);
