#pragma once
// Between the parts of the stand-in only: what it says, in tokens, and the shapes it says it in.

#include "adapters/run/prompt.h"
#include "adapters/run/standin.h"
#include "adapters/run/tree.h"

// ---- standin_speech.c: what is said

typedef enum SpeechEnd { SPEECH_EOS, SPEECH_LENGTH, SPEECH_STOP } SpeechEnd;

typedef struct SpeechLimits {
    uint32_t max_tokens;
    TextVec stop;
} SpeechLimits;

typedef struct Speech {
    Str text;
    TextVec tokens; // that make it up
    SpeechEnd end;
} Speech;

// The answer to a conversation. `lead` stands before it: models go on where the prompt ends.
void speech_make(Arena *a, const AppModel *m, const TurnVec *turns, const char *lead,
                 const SpeechLimits *limits, Speech *out);
void speech_tokens(Arena *a, Str text, TextVec *out);
uint32_t speech_count(Str text);                    // of tokens
uint32_t speech_token_id(Str token);                // of a vocabulary of 32,000
double speech_token_logprob(Str token);             // at most 0
bool speech_word(Str text, uint32_t *at, Str *out); // the next word of letters and digits
// The sentence of a text that has most words of the question; empty where it has too few.
Str speech_find(Arena *a, Str text, Str question);

// ---- standin_generate.c: TGI's generate. standin_chat.c: the Messages API, and completions.

void standin_generate(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out);
void standin_chat(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out);
void standin_complete(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out);
// ---- standin_embed.c, standin_tasks.c

void standin_embed(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out);
// False where the task is none that it can stand in for.
bool standin_task(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out);

// A TGI token: {"id":…,"text":…,"logprob":…,"special":…}
void standin_put_token(Buf *b, Str text, bool special);
// The turns of `messages`, whose content is text or parts of text. Copied.
void standin_turns(Arena *a, const Tree *messages, TurnVec *out);
// `stop`: a text or a list of them.
void standin_stop(Arena *a, const Tree *stop, TextVec *out);
