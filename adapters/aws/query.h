#pragma once
// The parameters of a Query service (CloudFormation, STS, IAM), as a form. Private to adapters/aws.

#include "base/base.h"

typedef struct Query {
    Arena *arena;
    Vec(Str) parts;
} Query;

Query query_new(Arena *a);
void query_add(Query *q, const char *name, Str value); // left out where value is empty
void query_set(Query *q, const char *name, Str value); // there even where value is empty
void query_flag(Query *q, const char *name, bool value);
// "Tags.member.3.Key": index from 1, field NULL where the member is a value itself.
void query_member(Query *q, const char *list, uint32_t index, const char *field, Str value);
Str query_text(const Query *q);
// RFC 3986: everything but A-Z a-z 0-9 - . _ ~ (and '/' where it is to stay).
Str percent_encoded(Arena *a, Str s, bool keep_slash);
