// What the stand-in says: that it is one, what it was asked, what the text before the question says
// about it, and how to get a real model.
//
// Input: a conversation. Output: text, cut into tokens. Invariant: no two runs differ; tokens
// joined are the text, and none ends within a character.

#include "adapters/run/standin_parts.h"

#include <string.h>

enum { QUOTE_MAX = 160, SENTENCE_MAX = 300, TOKEN_MAX = 7, VOCABULARY = 32000, WORDS_MAX = 64 };

// ---- Words -------------------------------------------------------------------------------------

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool speech_word(Str text, uint32_t *at, Str *out) {
    while (*at < text.n && !is_word(text.p[*at]))
        ++*at;
    uint32_t start = *at;
    while (*at < text.n && is_word(text.p[*at]))
        ++*at;
    *out = str_slice(text, start, *at);
    return out->n > 0;
}

static bool same_word(Str x, Str y) {
    if (x.n != y.n)
        return false;
    for (uint32_t i = 0; i < x.n; i++) {
        char c = x.p[i], d = y.p[i];
        if (c != d && ((c ^ d) != 0x20 || (c | 0x20) < 'a' || (c | 0x20) > 'z'))
            return false;
    }
    return true;
}

// Words that say what a question is about, not that it is one.
static uint32_t content_words(Str question, Str words[WORDS_MAX]) {
    static const char *const COMMON[] = {"what", "when",  "where", "which", "whom",  "whose",
                                         "does", "that",  "this",  "there", "they",  "with",
                                         "from", "have",  "will",  "would", "could", "should",
                                         "your", "about", "please"};
    uint32_t at = 0, n = 0;
    for (Str word; n < WORDS_MAX && speech_word(question, &at, &word);) {
        // Short words say little, unless they are names.
        bool name = word.p != question.p && word.p[0] >= 'A' && word.p[0] <= 'Z';
        bool common = word.n < (name ? 2 : 4);
        for (size_t i = 0; !common && i < sizeof COMMON / sizeof *COMMON; i++)
            common = same_word(word, str_of(COMMON[i]));
        for (uint32_t i = 0; !common && i < n; i++)
            common = same_word(word, words[i]);
        if (!common)
            words[n++] = word;
    }
    return n;
}

static uint32_t words_in(Str sentence, const Str *words, uint32_t n) {
    uint64_t seen = 0;
    uint32_t at = 0, count = 0;
    for (Str word; speech_word(sentence, &at, &word);)
        for (uint32_t i = 0; i < n; i++)
            if (!(seen >> i & 1) && same_word(word, words[i])) {
                seen |= (uint64_t)1 << i;
                count++;
            }
    return count;
}

// Up to and with the full stop that ends a sentence, or the end of a line.
static Str next_sentence(Str text, uint32_t *at) {
    uint32_t start = *at;
    while (*at < text.n) {
        char c = text.p[(*at)++];
        bool stop = c == '.' || c == '!' || c == '?';
        if (c == '\n' || (stop && (*at == text.n || is_space(text.p[*at]))))
            break;
    }
    return str_trim(str_slice(text, start, *at));
}

Str speech_find(Arena *a, Str text, Str question) {
    Str words[WORDS_MAX], best = STR_EMPTY;
    uint32_t n = content_words(question, words), most = n > 2 ? 1 : 0;
    (void)a;
    for (uint32_t at = 0; n && at < text.n;) {
        Str sentence = next_sentence(text, &at);
        uint32_t found = sentence.n <= SENTENCE_MAX ? words_in(sentence, words, n) : 0;
        if (found > most) {
            most = found;
            best = sentence;
        }
    }
    return best;
}

// ---- Tokens ------------------------------------------------------------------------------------

// A word with the space before it, of long words a piece, or one other character.
static uint32_t token_end(Str text, uint32_t at) {
    uint32_t end = at;
    if (text.p[end] == ' ' && end + 1 < text.n && is_word(text.p[end + 1]))
        end++;
    if (!is_word(text.p[end])) {
        utf8_next(text, &end);
        return end;
    }
    uint32_t start = end;
    while (end < text.n && is_word(text.p[end]) && end - start < TOKEN_MAX)
        utf8_next(text, &end);
    return end;
}

void speech_tokens(Arena *a, Str text, TextVec *out) {
    for (uint32_t at = 0; at < text.n;) {
        uint32_t end = token_end(text, at);
        vec_push(a, out, str_slice(text, at, end));
        at = end;
    }
}

uint32_t speech_count(Str text) {
    uint32_t n = 0;
    for (uint32_t at = 0; at < text.n; n++)
        at = token_end(text, at);
    return n;
}

uint32_t speech_token_id(Str token) {
    return 3 + (uint32_t)(str_hash(token) % (VOCABULARY - 3)); // 0 to 2 are special
}

double speech_token_logprob(Str token) {
    return -(double)(str_hash(token) >> 32 & 1023) / 1024.0;
}

// ---- The answer --------------------------------------------------------------------------------

// In one line, and not too long: cut at a character's end.
static void put_quote(Buf *b, Str text) {
    text = str_trim(text);
    buf_puts(b, "\xE2\x80\x9C");
    bool space = false;
    uint32_t from = b->n;
    for (uint32_t at = 0; at < text.n;) {
        uint32_t start = at;
        utf8_next(text, &at);
        if (is_space(text.p[start])) {
            space = true;
            continue;
        }
        if (b->n - from >= QUOTE_MAX) {
            buf_puts(b, " \xE2\x80\xA6");
            break;
        }
        if (space)
            buf_putc(b, ' ');
        space = false;
        buf_put(b, str_slice(text, start, at));
    }
    buf_puts(b, "\xE2\x80\x9D");
}

static bool is_question(Str text) {
    return str_ends(str_trim(text), "?");
}

static Str speech(Arena *a, const AppModel *m, const TurnVec *turns) {
    Str asked = STR_EMPTY, first = STR_EMPTY;
    uint32_t users = 0;
    for (uint32_t i = 0; i < turns->n; i++) {
        if (turns->at[i].role != TURN_USER)
            continue;
        asked = turns->at[i].text;
        if (users++ == 0)
            first = asked;
    }
    Str said = STR_EMPTY;
    for (uint32_t i = 0; i < turns->n && said.n == 0; i++)
        if (turns->at[i].role == TURN_SYSTEM)
            said = speech_find(a, turns->at[i].text, asked);
    Buf b = buf_new(a);
    buf_printf(&b, "This is pluto's stand-in for %.*s", STR_ARG(model_id(m)));
    if (asked.n == 0)
        buf_puts(&b, ". It read no question.");
    else {
        buf_printf(&b, ". It read your %s ", is_question(asked) ? "question" : "message");
        put_quote(&b, asked);
        buf_puts(&b, said.n ? "; the text says: " : ".");
        if (said.n)
            put_quote(&b, said);
    }
    if (users > 1) {
        buf_printf(&b, " You have said %u things by now, the first was ", users);
        put_quote(&b, first);
        buf_putc(&b, '.');
    }
    if (users == 1) {
        int64_t slash = str_rfind_char(m->id, '/');
        Str name = str_slice(m->id, (uint32_t)(slash + 1), m->id.n);
        buf_printf(&b, " A model answers with: pluto run --model %.*s=URL", STR_ARG(name));
    }
    return buf_str(&b);
}

// Where the first of the sequences ends; 0 where there is none.
static uint32_t stop_end(Str text, const TextVec *stop) {
    uint32_t end = 0;
    for (uint32_t i = 0; i < stop->n; i++) {
        int64_t at = stop->at[i].n ? str_find(text, stop->at[i], 0) : -1;
        uint32_t here = at < 0 ? 0 : (uint32_t)at + stop->at[i].n;
        if (here && (end == 0 || here < end))
            end = here;
    }
    return end;
}

void speech_make(Arena *a, const AppModel *m, const TurnVec *turns, const char *lead,
                 const SpeechLimits *limits, Speech *out) {
    *out = (Speech){.end = SPEECH_EOS};
    Str text = str_cat(a, str_of(lead), speech(a, m, turns));
    uint32_t end = stop_end(text, &limits->stop);
    if (end) {
        text = str_slice(text, 0, end);
        out->end = SPEECH_STOP;
    }
    speech_tokens(a, text, &out->tokens);
    if (out->tokens.n > limits->max_tokens) {
        out->tokens.n = limits->max_tokens;
        out->end = SPEECH_LENGTH;
        Str last = out->tokens.n ? vec_last(&out->tokens) : (Str){text.p, 0};
        text = str_slice(text, 0, (uint32_t)(last.p + last.n - text.p));
    }
    out->text = text;
}
