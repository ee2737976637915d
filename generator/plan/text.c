// A plan for the terminal. In: a Plan. Out: what becomes public first, then what widens, then what
// would be lost, the rest behind it, and a verdict as the last line.
#include "generator/plan/plan_parts.h"
#include "generator/sheet.h"

enum { VALUE_CELLS = 60 };

static const char *const SIGNS[PLAN_ACTION_COUNT] = {
    [PLAN_ADD] = "+",     [PLAN_CHANGE] = "~", [PLAN_MAY_REPLACE] = "±",
    [PLAN_REPLACE] = "±", [PLAN_REMOVE] = "-", [PLAN_FOLLOW] = "·"};
static const SheetStyle STYLES[PLAN_ACTION_COUNT] = {
    [PLAN_ADD] = SHEET_GREEN,   [PLAN_CHANGE] = SHEET_YELLOW, [PLAN_MAY_REPLACE] = SHEET_RED,
    [PLAN_REPLACE] = SHEET_RED, [PLAN_REMOVE] = SHEET_RED,    [PLAN_FOLLOW] = SHEET_DIM};

static void put_sign(Sheet *s, SheetStyle style, const char *sign) {
    buf_puts(&s->out, "  ");
    sheet_words(s, style, sign);
    buf_putc(&s->out, ' ');
}

static void put_name(Sheet *s, Str owner, Str place) {
    int64_t slash = str_find(owner, STR("/"), 0);
    Str name = slash < 0 ? owner
                         : str_fmt(s->a, "%.*s %.*s", (int)slash, owner.p,
                                   (int)(owner.n - (uint32_t)slash - 1), owner.p + slash + 1);
    sheet_put(s, SHEET_BOLD, name);
    if (place.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, "  %.*s", STR_ARG(place)));
}

// ---- Ways in ------------------------------------------------------------------------------------

static void put_ways(Sheet *s, const Plan *p, bool opens, const char *title) {
    bool open = false;
    for (uint32_t i = 0; i < p->exposures.n; i++) {
        const PlanExposure *e = &p->exposures.at[i];
        if ((e->added && e->anyone) != opens)
            continue;
        sheet_title(s, &open, title);
        put_sign(s, e->added ? SHEET_GREEN : SHEET_RED, e->added ? "+" : "-");
        sheet_put(s, opens ? SHEET_RED : SHEET_PLAIN, e->what);
        sheet_words(s, SHEET_DIM, e->anyone ? " for anyone, " : " for IAM, ");
        put_name(s, e->owner, e->place);
        buf_putc(&s->out, '\n');
    }
    sheet_end(s, open);
}

// ---- Permissions --------------------------------------------------------------------------------

static bool same_line(const PlanPermission *x, const PlanPermission *y) {
    return x->added == y->added && x->effect == y->effect && str_eq(x->owner, y->owner) &&
           str_eq(x->resource, y->resource) && str_eq(x->condition, y->condition);
}

static void put_power(Sheet *s, const Plan *p, uint32_t first, bool *said) {
    const PlanPermission *one = &p->permissions.at[first];
    Str actions = STR_EMPTY;
    for (uint32_t i = first; i < p->permissions.n; i++) {
        if (!same_line(one, &p->permissions.at[i]))
            continue;
        said[i] = true;
        Str action = p->permissions.at[i].action;
        actions =
            actions.n ? str_fmt(s->a, "%.*s, %.*s", STR_ARG(actions), STR_ARG(action)) : action;
    }
    put_sign(s, one->added ? SHEET_GREEN : SHEET_RED, one->added ? "+" : "-");
    put_name(s, one->owner, STR_EMPTY);
    buf_puts(&s->out, "  ");
    sheet_put(s, SHEET_PLAIN, actions);
    sheet_words(s, SHEET_DIM, " on ");
    sheet_put(s, SHEET_PLAIN, one->on);
    if (one->condition.n) {
        sheet_words(s, SHEET_DIM, " only where ");
        sheet_put(s, SHEET_PLAIN, one->condition);
    }
    buf_putc(&s->out, '\n');
}

static void put_powers(Sheet *s, const Plan *p, DiffEffect effect, const char *title) {
    bool open = false;
    bool *said = arena_array(s->a, bool, p->permissions.n + 1);
    for (uint32_t i = 0; i < p->permissions.n; i++) {
        if (said[i] || p->permissions.at[i].effect != effect)
            continue;
        sheet_title(s, &open, title);
        put_power(s, p, i, said);
    }
    sheet_end(s, open);
}

// ---- Resources ----------------------------------------------------------------------------------

static uint32_t character_at(Str value, uint32_t at) {
    while (at && at < value.n && ((unsigned char)value.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

// From where two long values are worth reading: a little before they differ.
static uint32_t first_difference(Str x, Str y) {
    enum { BEFORE = VALUE_CELLS / 3 };
    uint32_t at = 0;
    while (at < x.n && at < y.n && x.p[at] == y.p[at])
        at++;
    return at > BEFORE && (x.n > VALUE_CELLS || y.n > VALUE_CELLS) ? character_at(x, at - BEFORE)
                                                                   : 0;
}

static Str shortened(Arena *a, Str value, uint32_t from) {
    if (value.n <= VALUE_CELLS)
        return value;
    if (value.n - from < VALUE_CELLS)
        from = character_at(value, value.n - VALUE_CELLS);
    uint32_t end = character_at(value, from + VALUE_CELLS < value.n ? from + VALUE_CELLS : value.n);
    return str_fmt(a, "%s%.*s%s", from ? "…" : "", STR_ARG(str_slice(value, from, end)),
                   end < value.n ? "…" : "");
}

static void put_property(Sheet *s, const PlanProperty *x) {
    buf_puts(&s->out, "      ");
    sheet_put(s, SHEET_PLAIN, x->path);
    if (x->cause.n) {
        sheet_words(s, SHEET_DIM, " follows ");
        sheet_put(s, SHEET_PLAIN, x->cause);
    } else {
        buf_putc(&s->out, ' ');
        uint32_t from = first_difference(x->before, x->after);
        sheet_put(s, SHEET_PLAIN, x->before.n ? shortened(s->a, x->before, from) : STR("(none)"));
        sheet_words(s, SHEET_DIM, " → ");
        sheet_put(s, SHEET_PLAIN, x->after.n ? shortened(s->a, x->after, from) : STR("(none)"));
    }
    if (x->effect == PLAN_REPLACE)
        sheet_words(s, SHEET_RED, "  requires replacement");
    buf_putc(&s->out, '\n');
}

static void put_fate(Sheet *s, const PlanResource *r) {
    bool goes =
        r->action == PLAN_REMOVE || r->action == PLAN_REPLACE || r->action == PLAN_MAY_REPLACE;
    if (r->action == PLAN_REMOVE && r->keeps_data)
        sheet_words(s, SHEET_RED, "  removed");
    if (r->action == PLAN_REPLACE)
        sheet_words(s, SHEET_RED, "  replaced");
    if (r->action == PLAN_MAY_REPLACE)
        sheet_words(s, SHEET_RED, "  may be replaced");
    if (goes && r->loses_data)
        sheet_words(s, SHEET_RED, ", and its data is lost");
    else if (goes && r->keeps_data)
        sheet_words(s, SHEET_DIM,
                    r->action == PLAN_REMOVE ? ", and stays in the account"
                                             : ", the old one stays in the account");
}

static void put_resource(Sheet *s, const PlanResource *r) {
    put_sign(s, STYLES[r->action], SIGNS[r->action]);
    put_name(s, r->owner.n ? r->owner : r->id, STR_EMPTY);
    buf_puts(&s->out, "  ");
    sheet_put(s, SHEET_PLAIN, r->type);
    if (r->owner.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, " %.*s", STR_ARG(r->id)));
    if (r->stack.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, " in %.*s", STR_ARG(r->stack)));
    if (r->place.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, "  %.*s", STR_ARG(r->place)));
    put_fate(s, r);
    buf_putc(&s->out, '\n');
    for (uint32_t i = 0; i < r->properties.n; i++)
        put_property(s, &r->properties.at[i]);
}

// Where more is added than a screen shows, what belongs together is one line; plan_json has all.
enum { ADDED_SHOWN = 40 };

static Str kind_of(Str type) {
    int64_t colon = str_rfind_char(type, ':');
    return str_slice(type, (uint32_t)(colon + 1), type.n);
}

static bool together(const PlanResource *x, const PlanResource *y) {
    return y->action == PLAN_ADD && str_eq(x->owner, y->owner) && str_eq(x->place, y->place) &&
           str_eq(x->stack, y->stack);
}

// "Function f0  LogGroup, Role, Function, 2 × Permission, Url": gives where the next begins.
static uint32_t put_group(Sheet *s, const Plan *p, uint32_t from) {
    const PlanResource *r = &p->resources.at[from];
    uint32_t end = from;
    while (end < p->resources.n && together(r, &p->resources.at[end]))
        end++;
    put_sign(s, STYLES[PLAN_ADD], SIGNS[PLAN_ADD]);
    put_name(s, r->owner, STR_EMPTY);
    buf_putc(&s->out, ' ');
    for (uint32_t i = from, n; i < end; i += n) {
        Str type = p->resources.at[i].type;
        for (n = 1; i + n < end && str_eq(p->resources.at[i + n].type, type);)
            n++;
        Str times = n > 1 ? str_fmt(s->a, "%u × ", (unsigned)n) : STR_EMPTY;
        sheet_put(s, SHEET_PLAIN,
                  str_fmt(s->a, "%s%.*s%.*s", i > from ? ", " : " ", STR_ARG(times),
                          STR_ARG(kind_of(type))));
    }
    if (r->stack.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, " in %.*s", STR_ARG(r->stack)));
    if (r->place.n)
        sheet_put(s, SHEET_DIM, str_fmt(s->a, "  %.*s", STR_ARG(r->place)));
    buf_putc(&s->out, '\n');
    return end;
}

// One line for all of them: they are no news.
static void put_followers(Sheet *s, const Plan *p) {
    bool first = true;
    if (!p->count[PLAN_FOLLOW])
        return;
    put_sign(s, STYLES[PLAN_FOLLOW], SIGNS[PLAN_FOLLOW]);
    sheet_words(s, SHEET_DIM, "named with these, and stays as it is:");
    for (uint32_t i = 0; i < p->resources.n; i++) {
        const PlanResource *r = &p->resources.at[i];
        if (r->action != PLAN_FOLLOW)
            continue;
        sheet_put(s, SHEET_DIM, str_fmt(s->a, "%s%.*s", first ? " " : ", ", STR_ARG(r->id)));
        first = false;
    }
    buf_putc(&s->out, '\n');
}

static void put_resources(Sheet *s, const Plan *p) {
    bool open = false;
    bool many = p->count[PLAN_ADD] > ADDED_SHOWN;
    for (uint32_t i = 0; i < p->resources.n;) {
        const PlanResource *r = &p->resources.at[i];
        if (r->action != PLAN_FOLLOW)
            sheet_title(s, &open, "resources");
        if (many && r->action == PLAN_ADD && r->owner.n) {
            i = put_group(s, p, i);
            continue;
        }
        if (r->action != PLAN_FOLLOW)
            put_resource(s, r);
        i++;
    }
    put_followers(s, p);
    sheet_end(s, open);
}

static void put_verdict(Sheet *s, const Plan *p) {
    static const char *const words[PLAN_ACTION_COUNT] = {[PLAN_ADD] = "to add",
                                                         [PLAN_CHANGE] = "to change",
                                                         [PLAN_MAY_REPLACE] =
                                                             "that may be replaced",
                                                         [PLAN_REPLACE] = "to replace",
                                                         [PLAN_REMOVE] = "to remove",
                                                         [PLAN_FOLLOW] = NULL};
    bool bad = p->widens || p->publishes || p->loses_data;
    if (plan_empty(p)) {
        sheet_words(s, SHEET_GREEN, "nothing changes");
    } else {
        sheet_words(s, bad ? SHEET_RED : SHEET_GREEN,
                    p->loses_data  ? "data would be lost"
                    : p->publishes ? "something becomes public"
                    : p->widens    ? "permissions widen"
                                   : "no permission widens");
        buf_putc(&s->out, ':');
        bool first = true;
        for (int i = 0; i < PLAN_ACTION_COUNT; i++) {
            if (!p->count[i] || !words[i])
                continue;
            buf_printf(&s->out, "%s %u %s", first ? "" : ",", p->count[i], words[i]);
            first = false;
        }
        buf_puts(&s->out, first ? " no resource changes" : "");
    }
    buf_putc(&s->out, '\n');
}

Str plan_text(Arena *a, const Plan *p, bool color) {
    Sheet s = sheet_new(a, color);
    sheet_put(&s, SHEET_BOLD, p->input->project);
    sheet_put(&s, SHEET_PLAIN, str_fmt(a, " (%.*s): ", STR_ARG(p->input->stack)));
    sheet_put(&s, SHEET_PLAIN, p->input->before_name);
    sheet_words(&s, SHEET_DIM, " → ");
    if (p->input->after_name.n)
        sheet_put(&s, SHEET_PLAIN, p->input->after_name);
    else
        sheet_words(&s, SHEET_PLAIN, "the program");
    buf_puts(&s.out, "\n\n");
    put_ways(&s, p, true, "becomes public");
    put_powers(&s, p, EFFECT_WIDENS, "permissions that widen");
    put_ways(&s, p, false, "other ways in");
    put_powers(&s, p, EFFECT_NARROWS, "permissions that narrow");
    put_resources(&s, p);
    put_verdict(&s, p);
    return buf_str(&s.out);
}
