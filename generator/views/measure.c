// How wide a text is at most, without a font at hand.
//
// Input: text and a size. Output: pixels, and text that fits into so many. Invariant: the tables
// hold the advance widths of a wide font (those of DejaVu Sans, close to Verdana's); whatever
// narrower one a reader has, what was measured here fits.
#include "generator/views/measure.h"

// Thousandths of the size, from the space on.
enum { FIRST = ' ', LAST = '~', WIDE = 1000, EMOJI = 1400, LETTER = 1000, LETTER_BOLD = 1100 };

static const uint16_t plain[LAST - FIRST + 1] = {
    318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, //
    636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, //
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, //
    603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, //
    500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, //
    635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
};

static const uint16_t bold[LAST - FIRST + 1] = {
    348,  456, 521, 838, 696, 1002, 872, 306,  457, 457, 523, 838, 380, 415,  380, 365, //
    696,  696, 696, 696, 696, 696,  696, 696,  696, 696, 400, 400, 838, 838,  838, 580, //
    1000, 774, 762, 734, 830, 683,  683, 821,  837, 372, 372, 775, 637, 995,  837, 850, //
    733,  850, 770, 720, 682, 812,  774, 1103, 771, 724, 725, 457, 365, 457,  838, 500, //
    500,  675, 716, 593, 716, 678,  435, 716,  712, 343, 343, 665, 343, 1042, 712, 687, //
    716,  716, 493, 595, 478, 712,  652, 924,  645, 652, 582, 712, 365, 712,  838,
};

static unsigned thousandths(uint32_t cp, Weight weight) {
    enum { MIDDLE_DOT = 0xB7, ELLIPSIS = 0x2026, EMOJI_FIRST = 0x1F000, SCRIPTS_END = 0x530 };
    if (cp >= FIRST && cp <= LAST)
        return weight == WEIGHT_BOLD ? bold[cp - FIRST] : plain[cp - FIRST];
    if (cp == MIDDLE_DOT)
        return weight == WEIGHT_BOLD ? 380 : 318;
    unsigned cells = utf8_width(cp);
    if (cells == 0)
        return 0;
    if (cp >= EMOJI_FIRST)
        return EMOJI;
    if (cells == 2 || cp == ELLIPSIS || cp >= SCRIPTS_END)
        return WIDE;
    // Latin with accents, Greek, Cyrillic: a few are as wide as this.
    return weight == WEIGHT_BOLD ? LETTER_BOLD : LETTER;
}

double measure_text(Str s, double size, Weight weight) {
    uint64_t sum = 0;
    for (uint32_t at = 0; at < s.n;)
        sum += thousandths(utf8_next(s, &at), weight);
    return (double)sum * size / 1000;
}

// The longest start of s, at least as wide as one character and at most as `most` thousandths.
static uint32_t head_within(Str s, Weight weight, double most) {
    double sum = 0;
    uint32_t end = 0;
    for (uint32_t at = 0; at < s.n;) {
        sum += thousandths(utf8_next(s, &at), weight);
        if (sum > most)
            break;
        end = at;
    }
    return end;
}

// Where the longest end of s that is within `most` thousandths starts. Marks that combine with the
// character before them are not torn off it.
static uint32_t tail_within(Str s, Weight weight, double most) {
    double left = measure_text(s, 1000, weight);
    uint32_t at = 0;
    while (at < s.n && left > most)
        left -= thousandths(utf8_next(s, &at), weight);
    while (at < s.n) {
        uint32_t next = at;
        if (utf8_width(utf8_next(s, &next)))
            break;
        at = next;
    }
    return at;
}

Str measure_fit(Arena *a, Str s, double size, Weight weight, double most) {
    Str shown = str_visible(a, s);
    if (measure_text(shown, size, weight) <= most)
        return shown;
    double room = most * 1000 / size - thousandths(0x2026, weight);
    uint32_t head = head_within(shown, weight, room * 0.55);
    uint32_t tail = tail_within(shown, weight, room * 0.45);
    Str first = str_slice(shown, 0, head), last = str_slice(shown, tail, shown.n);
    return str_fmt(a, "%.*s…%.*s", STR_ARG(first), STR_ARG(last));
}
