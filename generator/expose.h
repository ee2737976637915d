#pragma once
// What the application shows to the outside. Private to generator/.

#include "arch/arch.h"

typedef enum UrlAccess { URL_NONE, URL_PUBLIC, URL_IAM } UrlAccess;

// Who may call the URL of a function; `handler`: an infrastructure call made it, or triggers it.
// URL_NONE for other kinds.
UrlAccess expose_url(const ArchResource *r, bool handler);

// "GET /users/:id" of a Router's trigger edge: as the program has it, the method in capitals.
Str expose_route(Arena *a, const ArchEdge *edge);

// What resources of the kind are for browsers ("website"), or NULL.
const char *expose_site(Str kind);
