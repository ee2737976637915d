// The journal of a deployment, which may hold anything when a machine went down while it was
// written: nothing crashes, and what passes for a journal is written and read again as the same.
#include "adapters/aws/deploy/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena a;
    Err err = {0};
    Journal j, back;
    if (size > JOURNAL_MAX)
        return 0;
    arena_init(&a);
    Str text = str_dup(&a, (Str){(const char *)data, (uint32_t)size});
    if (journal_parse(&a, text, &j, &err)) {
        Str once = journal_text(&a, &j);
        BUG_IF(!journal_parse(&a, once, &back, &err));
        BUG_IF(!str_eq(once, journal_text(&a, &back)));
    } else {
        BUG_IF(!err.message[0]);
    }
    arena_release(&a);
    return 0;
}
