#pragma once
// What a terminal sends, as keys. Private to cli/prompt/.

#include "base/base.h"

typedef enum KeyType {
    KEY_NOTHING, // bytes that mean nothing here
    KEY_MORE,    // the beginning of something: more bytes must come
    KEY_TEXT,    // `cp` was typed
    KEY_ENTER,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_ERASE_LINE,  // Ctrl-U
    KEY_ERASE_WORD,  // Ctrl-W
    KEY_ERASE_REST,  // Ctrl-K
    KEY_END_OF_FILE, // Ctrl-D
    KEY_LEAVE,       // Ctrl-C, Ctrl-\, Escape
    KEY_STOP,        // Ctrl-Z
    KEY_REDRAW,      // Ctrl-L, and whenever the terminal changed under us
} KeyType;

typedef struct Key {
    KeyType type;
    uint32_t cp;   // KEY_TEXT
    uint32_t size; // of the bytes it was made of
} Key;

// The first key of at least one byte. `final`: nothing follows for now, so a lone Escape is one.
Key key_decode(Str bytes, bool final);
