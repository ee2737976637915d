#pragma once
// Showing a file with the desktop's program for it. Private to cli/.

#include "base/base.h"

// The program is what $BROWSER names, else xdg-open or open. False where there is none or it fails
// at once; it may go on after we end.
bool open_file(Arena *a, Host *host, Str path, Err *err);
// The same for a page.
bool open_url(Arena *a, Host *host, Str url, Err *err);
