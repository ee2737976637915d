#pragma once
// What the parts of the live adapter share. Private to adapters/live.

#include "adapters/shared/shared.h"

#include <pthread.h>

typedef struct Server Server; // serve.c: the page, for browsers

// Serves on 127.0.0.1; the port in use goes to *port.
Server *server_open(Arena *a, uint16_t *port, Err *err);
void server_publish(Server *s, Str html);
void server_complain(Server *s, Str text);
// A sign of life for pages that are open, so that neither side takes the other for gone.
void server_beat(Server *s);
void server_close(Server *s);
