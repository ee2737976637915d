#pragma once
// Between the parts of DynamoDB only: the process that holds the tables, and who keeps it.
// Private to adapters/run.

#include "adapters/run/fetch.h"

#include <pthread.h>

#define DYNAMODB_TARGET "DynamoDB_20120810."

enum { DYNAMODB_SECRET_BYTES = 16, DYNAMODB_BODY_MAX = 64 << 20 };

struct Dynamodb {
    Run *run;
    Str state, lib, region; // in the adapter's arena
    char secret[2 * DYNAMODB_SECRET_BYTES + 1];
    int wake[2]; // a byte: there is something new for the keeper
    pthread_t keeper;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    // Below: guarded by the lock.
    bool kept, closing;
    unsigned port;         // 0: it does not serve
    unsigned wanted, made; // the number of the deploy whose tables are wanted, and are there
    Arena table_arena;
    Vec(AppTable) tables;
    char trouble[256]; // why it does not serve
};

// dynamodb_tables.c: sends one request to the process.
bool dynamodb_ask(const Dynamodb *d, Arena *a, unsigned port, const HttpHeaderVec *headers,
                  Str body, Fetch **out, Err *err);
// Makes all tables of the newest deploy that are not there, and says that the process serves.
void dynamodb_make_tables(Dynamodb *d, unsigned port);

// dynamodb_keeper.c: starts the thread that keeps the process, once; with the lock held.
bool dynamodb_keep(Dynamodb *d, Err *err);
// There is something new for it.
void dynamodb_wake(const Dynamodb *d);
// A moment, or until something changes; with the lock held.
void dynamodb_wait_moment(Dynamodb *d);
