#pragma once
// The seam to the outside world. The compiler proper reads and writes only through a Host, so tests
// and fuzzers run it on files in memory.

#include "base/err.h"
#include "base/vec.h"

typedef enum HostType { HOST_NONE, HOST_FILE, HOST_DIR, HOST_OTHER } HostType;

enum { HOST_LIST_MAX = 10000 };

typedef struct Host Host;
struct Host {
    // The whole file, in the arena. Only regular files (a FIFO or device is ERR_NOT_REGULAR and is
    // never opened for reading), at most `max` bytes (ERR_TOO_LARGE).
    bool (*read_file)(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err);
    // Writes to a temporary name beside it and renames: the file is there whole or not at all.
    // Makes missing folders.
    bool (*write_file)(Host *h, Str path, Str content, Err *err);
    // What stands at path, links followed. HOST_NONE where nothing does (or a link loops).
    HostType (*type)(Host *h, Str path);
    // The path without links, absolute; false where nothing stands there.
    bool (*real_path)(Host *h, Arena *a, Str path, Str *out);
    // The names in a folder, sorted by bytes, without "." and ".."; at most HOST_LIST_MAX of them
    // are given. False where the folder cannot be listed.
    bool (*list)(Host *h, Arena *a, Str path, Str **names, size_t *count);
    // The value of an environment variable, false where it is not set.
    bool (*env)(Host *h, Arena *a, Str name, Str *out);
};

Host *host_posix(void);

// Files in memory: for tests and fuzzers. Paths are absolute.
typedef struct MemFile {
    Str path, content;
} MemFile;
Host *host_memory(Arena *a, const MemFile *files, size_t count);
