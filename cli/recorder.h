#pragma once
// A Host that remembers what was asked of it: what a compile depends on. Private to cli/.

#include "base/base.h"

typedef struct Recorder Recorder;

Recorder *recorder_open(Arena *a, Host *base);
Host *recorder_host(Recorder *r);
// The files that were read or looked for since the last reset, whether they exist or not, and the
// folders that were listed; in any order, absolute where they were asked for so. Good until the
// next reset.
const Str *recorder_paths(const Recorder *r, uint32_t *count);
void recorder_reset(Recorder *r);
void recorder_close(Recorder *r);
