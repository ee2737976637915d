// The names and titles of the diagnostic codes, from codes.def. In: a code or its name. Out: text.
//
// Invariant: a Code is its row's index; code_find is the inverse of code_name, in either letter
// case.

#include "base/diag.h"

static const struct {
    const char *name, *title;
} codes[CODE_COUNT] = {
#define CODE(id, title) {#id, title},
#include "base/codes.def"
#undef CODE
};

const char *code_name(Code c) {
    return codes[c].name;
}

const char *code_title(Code c) {
    return codes[c].title;
}

bool code_find(Str name, Code *out) {
    if (name.n == 0 || (name.p[0] != 'P' && name.p[0] != 'p'))
        return false;
    Str digits = str_slice(name, 1, name.n);
    for (int c = 0; c < CODE_COUNT; c++) {
        if (str_is(digits, codes[c].name + 1)) {
            *out = (Code)c;
            return true;
        }
    }
    return false;
}
