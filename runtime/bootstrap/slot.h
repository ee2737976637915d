#pragma once
// Slot: a place for one invocation at a time, with its own connection to the Runtime API and its
// own socket to the worker. One thread each; all that belongs to an invocation is in here.

#include "runtime/bootstrap/pool.h"

typedef struct Slot {
    Pool *pool;
    unsigned number;
    Api api;
    // The invocation of now.
    ApiInvocation now;
    int64_t began; // milliseconds since 1970
    int64_t limit; // when the worker must have answered, 0: any time
    Bytes head;    // of the INVOKE
    Bytes event;   // of the INVOKE
    bool answered; // the API has been told how it ended
    bool streams;  // the answer is being streamed
    bool late;     // it came to its deadline with the worker
    // The worker that has it.
    int fd;
    unsigned generation;
    unsigned withdrawn; // the worker that may not have read yet that it was lent the connection
    unsigned shared;    // the worker that has the connection, too
    size_t rest;        // of an answer of the API that the worker began to read
    int64_t taken;      // bytes read from the connection before it was lent
    size_t in_at;       // what was received and not read yet
    size_t in_size;
    char in[256 * 1024];
    Bytes payload; // of a frame
    Bytes json;    // of an error
    Bytes coded;   // of an error, for trailers
} Slot;

// Asks for invocations and serves them for as long as the process lives. `slot` is a Slot *.
void *slot_run(void *slot);
