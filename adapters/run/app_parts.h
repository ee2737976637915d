#pragma once
// Between app.c and app_front.c only: one reading of a template.

#include "adapters/run/run.h"
#include "adapters/run/template.h"
#include "adapters/run/text.h"

typedef struct Reading {
    Arena *a;
    const AppRead *read;
    App *out;
    Template *t;
    TemplateLocal local;
    const Tree *pluto; // Metadata.pluto
    Map ports;         // owner → a uint16_t
} Reading;

void reading_note(Reading *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
TextVec reading_texts(Arena *a, const Tree *list);
AppCors reading_cors(Arena *a, const Tree *cors);
AppPairVec reading_env(Reading *r, Str owner, const Tree *variables);
// From 1 to `max`; `fallback` where it is not given.
double reading_number(const Tree *p, const char *name, double fallback, double max);
// The evaluated properties of the resource of that type whose attribute has that value.
bool reading_named(Reading *r, const char *type, const char *attribute, Str value, const Tree **out,
                   Err *err);

// app_front.c: Function URLs and HTTP APIs.
bool reading_add_url(Reading *r, TemplateResource *res, const Tree *p, Err *err);
bool reading_add_api(Reading *r, TemplateResource *res, const Tree *p, Err *err);
