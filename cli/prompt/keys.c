// Bytes of a terminal as keys.
//
// Input: what was read so far, at least one byte. Output: the first key in it and its size.
// Invariant: any bytes give keys; no sequence that is not known types its letters, and none waits
// for ever: a sequence ends at SEQUENCE_MAX.

#include "cli/prompt/keys.h"

enum { ESC = 0x1B, SEQUENCE_MAX = 32 };

static Key key_of_control(unsigned char c) {
    static const KeyType keys[0x20] = {
        [0x01] = KEY_HOME,        // Ctrl-A
        [0x02] = KEY_LEFT,        // Ctrl-B
        [0x03] = KEY_LEAVE,       // Ctrl-C
        [0x04] = KEY_END_OF_FILE, // Ctrl-D
        [0x05] = KEY_END,         // Ctrl-E
        [0x06] = KEY_RIGHT,       // Ctrl-F
        [0x08] = KEY_BACKSPACE,   // Ctrl-H
        ['\t'] = KEY_DOWN,        // on to the next of a list
        ['\n'] = KEY_ENTER,       // Ctrl-J
        [0x0B] = KEY_ERASE_REST,  // Ctrl-K
        [0x0C] = KEY_REDRAW,      // Ctrl-L
        ['\r'] = KEY_ENTER,       //
        [0x0E] = KEY_DOWN,        // Ctrl-N
        [0x10] = KEY_UP,          // Ctrl-P
        [0x15] = KEY_ERASE_LINE,  // Ctrl-U
        [0x17] = KEY_ERASE_WORD,  // Ctrl-W
        [0x1A] = KEY_STOP,        // Ctrl-Z
        [0x1C] = KEY_LEAVE,       // Ctrl-backslash
    };
    return (Key){.type = keys[c], .size = 1};
}

// The letter, or the number before "~", that ends a sequence.
static KeyType key_of_letter(char c) {
    static const struct {
        char letter;
        KeyType key;
    } rows[] = {{'A', KEY_UP},   {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT},
                {'H', KEY_HOME}, {'F', KEY_END},  {'Z', KEY_UP},    {'M', KEY_ENTER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].letter == c)
            return rows[i].key;
    return KEY_NOTHING;
}

static KeyType key_of_number(Str parameters) {
    if (str_is(parameters, "1") || str_is(parameters, "7"))
        return KEY_HOME;
    if (str_is(parameters, "4") || str_is(parameters, "8"))
        return KEY_END;
    return str_is(parameters, "3") ? KEY_DELETE : KEY_NOTHING;
}

// ESC [ parameters letter. What a paste is wrapped in (ESC [ 200 ~) is among what means nothing.
static Key key_of_csi(Str bytes, bool final) {
    for (uint32_t i = 2; i < bytes.n && i < SEQUENCE_MAX; i++) {
        char c = bytes.p[i];
        if (c >= 0x20 && c < 0x40)
            continue;
        if (c < 0x20 || c == 0x7F) // broken off: that byte begins something new
            return (Key){.type = KEY_NOTHING, .size = i};
        KeyType type = c == '~' ? key_of_number(str_slice(bytes, 2, i)) : key_of_letter(c);
        return (Key){.type = type, .size = i + 1};
    }
    if (bytes.n >= SEQUENCE_MAX || final)
        return (Key){.type = KEY_NOTHING, .size = bytes.n};
    return (Key){.type = KEY_MORE};
}

static Key key_of_escape(Str bytes, bool final) {
    if (bytes.n == 1)
        return final ? (Key){.type = KEY_LEAVE, .size = 1} : (Key){.type = KEY_MORE};
    if (bytes.p[1] == '[')
        return key_of_csi(bytes, final);
    if (bytes.p[1] == 'O') { // arrows and the keypad of terminals in application mode
        if (bytes.n == 2)
            return final ? (Key){.type = KEY_NOTHING, .size = 2} : (Key){.type = KEY_MORE};
        return (Key){.type = key_of_letter(bytes.p[2]), .size = 3};
    }
    if (bytes.p[1] == ESC)
        return (Key){.type = KEY_LEAVE, .size = 1};
    return (Key){.type = KEY_NOTHING, .size = 2}; // Alt and a key
}

static uint32_t utf8_size(unsigned char first) {
    return first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
}

static Key key_of_text(Str bytes, bool final) {
    if (bytes.n < utf8_size((unsigned char)bytes.p[0]) && !final)
        return (Key){.type = KEY_MORE};
    uint32_t at = 0, cp = utf8_next(bytes, &at);
    return (Key){.type = KEY_TEXT, .cp = cp, .size = at};
}

Key key_decode(Str bytes, bool final) {
    unsigned char c = (unsigned char)bytes.p[0];
    if (c == ESC)
        return key_of_escape(bytes, final);
    if (c == 0x7F)
        return (Key){.type = KEY_BACKSPACE, .size = 1};
    return c < 0x20 ? key_of_control(c) : key_of_text(bytes, final);
}
