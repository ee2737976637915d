#pragma once
// What an adapter's shared object shows of itself: one object, `pluto_adapter`. Private to
// adapters/.
//
// Program and adapter share the structures of base/, so they fit only where they were built
// together: the loader compares all of it before it takes the table.

#include "adapters/adapters.h"

enum { ADAPTER_ABI = 1 };

typedef struct AdapterModule {
    uint32_t abi;
    uint32_t size; // of the table
    const char *version;
    const void *table; // GitApi, LiveApi, PackApi or RunApi
} AdapterModule;

extern const __attribute__((visibility("default"))) AdapterModule pluto_adapter;
