#pragma once
// A prompt as people wrote it for a model, and the conversation in it. Private to adapters/run.

#include "base/base.h"

typedef enum TurnRole { TURN_SYSTEM, TURN_USER, TURN_ASSISTANT } TurnRole;

typedef struct Turn {
    TurnRole role;
    Str text;
} Turn;
typedef Vec(Turn) TurnVec;

const char *turn_role_name(TurnRole role); // "system", "user", "assistant"

// The turns of a prompt in one of the usual templates (TinyLlama and Zephyr, ChatML, Llama 2 and 3,
// Gemma, Alpaca) or in words ("Question: …", "Human: …"). What comes before the first turn is a
// system turn; a text without turns is one of the user. Empty turns are left out. Borrows `prompt`.
void prompt_read(Arena *a, Str prompt, TurnVec *out);
