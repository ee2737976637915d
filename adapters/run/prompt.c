// The conversation in a prompt. Prompts are text with marks between the turns, and each family of
// models has marks of its own.
//
// Input: a prompt. Output: turns, slices of it. Invariant: takes time in proportion to the prompt,
// whatever it holds; no text of the prompt but marks and white space is lost.

#include "adapters/run/prompt.h"

typedef struct Mark {
    const char *text;
    TurnRole role;
} Mark;

// Marks that mean nothing else. Longer ones first where one begins another.
static const Mark TOKENS[] = {
    {"<|system|>", TURN_SYSTEM},
    {"<|user|>", TURN_USER},
    {"<|assistant|>", TURN_ASSISTANT},
    {"<|im_start|>system", TURN_SYSTEM},
    {"<|im_start|>user", TURN_USER},
    {"<|im_start|>assistant", TURN_ASSISTANT},
    {"<|start_header_id|>system<|end_header_id|>", TURN_SYSTEM},
    {"<|start_header_id|>user<|end_header_id|>", TURN_USER},
    {"<|start_header_id|>assistant<|end_header_id|>", TURN_ASSISTANT},
    {"<start_of_turn>user", TURN_USER},
    {"<start_of_turn>model", TURN_ASSISTANT},
    {"[INST]", TURN_USER},
    {"[/INST]", TURN_ASSISTANT},
    {"<<SYS>>", TURN_SYSTEM},
    {"<</SYS>>", TURN_USER},
};

// At the beginning of a line, and only where there are none of the others: in a chat they may be
// what somebody said.
static const Mark WORDS[] = {
    {"### Instruction:", TURN_USER},
    {"### Response:", TURN_ASSISTANT},
    {"System:", TURN_SYSTEM},
    {"Human:", TURN_USER},
    {"User:", TURN_USER},
    {"Question:", TURN_USER},
    {"Q:", TURN_USER},
    {"Assistant:", TURN_ASSISTANT},
    {"Helpful Answer:", TURN_ASSISTANT},
    {"Answer:", TURN_ASSISTANT},
    {"AI:", TURN_ASSISTANT},
    {"A:", TURN_ASSISTANT},
};

// What stands around turns and is no part of them.
static const char *const EDGES[] = {
    "</s>",    "<s>",           "<|im_end|>",        "<|eot_id|>", "<end_of_turn>",
    "<|end|>", "<|endoftext|>", "<|begin_of_text|>", "<bos>",      "<eos>",
};

static const Mark *find_mark(const Mark *marks, size_t count, Str prompt, uint32_t at) {
    Str rest = str_slice(prompt, at, prompt.n);
    for (size_t i = 0; i < count; i++)
        if (str_starts(rest, marks[i].text))
            return &marks[i];
    return NULL;
}

// The mark that stands at a place, if one may stand there.
static const Mark *mark_at(bool words, Str prompt, uint32_t at) {
    char c = prompt.p[at];
    if (words)
        return at == 0 || prompt.p[at - 1] == '\n'
                   ? find_mark(WORDS, sizeof WORDS / sizeof *WORDS, prompt, at)
                   : NULL;
    return c == '<' || c == '[' ? find_mark(TOKENS, sizeof TOKENS / sizeof *TOKENS, prompt, at)
                                : NULL;
}

static Str without_edges(Str text) {
    for (bool found = true; found;) {
        found = false;
        text = str_trim(text);
        for (size_t i = 0; i < sizeof EDGES / sizeof *EDGES; i++) {
            uint32_t size = str_of(EDGES[i]).n;
            if (str_starts(text, EDGES[i]))
                text = str_slice(text, size, text.n);
            else if (str_ends(text, EDGES[i]))
                text = str_slice(text, 0, text.n - size);
            else
                continue;
            found = true;
        }
    }
    return text;
}

static void add_turn(Arena *a, TurnVec *out, TurnRole role, Str text) {
    text = without_edges(text);
    if (text.n)
        vec_push(a, out, (Turn){role, text});
}

static bool split(Arena *a, bool words, Str prompt, TurnVec *out) {
    bool found = false;
    uint32_t start = 0;
    TurnRole role = TURN_SYSTEM;
    for (uint32_t at = 0; at < prompt.n;) {
        const Mark *m = mark_at(words, prompt, at);
        if (!m) {
            at++;
            continue;
        }
        add_turn(a, out, role, str_slice(prompt, start, at));
        found = true;
        role = m->role;
        at += str_of(m->text).n;
        start = at;
    }
    if (found)
        add_turn(a, out, role, str_slice(prompt, start, prompt.n));
    return found;
}

const char *turn_role_name(TurnRole role) {
    static const char *const NAMES[] = {"system", "user", "assistant"};
    return NAMES[role];
}

void prompt_read(Arena *a, Str prompt, TurnVec *out) {
    *out = (TurnVec){0};
    if (!split(a, false, prompt, out) && !split(a, true, prompt, out))
        add_turn(a, out, TURN_USER, prompt);
}
