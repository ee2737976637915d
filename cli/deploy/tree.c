// Progress as a tree.
//
// Input: what will change, then events. Output: lines that fit a terminal. Invariant: what failed
// stays visible however little room there is; texts from AWS are shown, never obeyed.

#include "cli/deploy/tree.h"

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define OFF "\033[0m"

Tree tree_begin(Arena *a) {
    return (Tree){.a = a};
}

// ---- What there is ------------------------------------------------------------------------------

static Group *group_of(Tree *t, Str owner) {
    for (uint32_t i = 0; i < t->groups.n; i++)
        if (str_eq(t->groups.at[i].owner, owner))
            return &t->groups.at[i];
    vec_push(t->a, &t->groups, (Group){.owner = str_dup(t->a, owner)});
    return &t->groups.at[t->groups.n - 1];
}

// Logical ids differ between the nested stacks of one program, too.
static Node *node_find(Tree *t, Str id) {
    for (uint32_t g = 0; g < t->groups.n; g++)
        for (uint32_t i = 0; i < t->groups.at[g].nodes.n; i++)
            if (str_eq(t->groups.at[g].nodes.at[i].id, id))
                return &t->groups.at[g].nodes.at[i];
    return NULL;
}

static Node *node_of(Tree *t, Str owner, Str stack, Str id, Str type) {
    Node *there = node_find(t, id);
    if (there)
        return there;
    Group *g = group_of(t, owner.n ? owner : id);
    Node node = {
        .stack = str_dup(t->a, stack), .id = str_dup(t->a, id), .type = str_dup(t->a, type)};
    vec_push(t->a, &g->nodes, node);
    return &g->nodes.at[g->nodes.n - 1];
}

void tree_add(Tree *t, Str owner, Str stack, Str id, Str type) {
    node_of(t, owner, stack, id, type);
}

// CloudFormation calls failed, too, what it stopped because of another's failure.
static NodeState state_of(Str status, Str reason) {
    if (str_ends(status, "_FAILED"))
        return str_ends(reason, " cancelled") ? NODE_GONE : NODE_FAILED;
    // What is to outlive the stack is left where it is.
    if (str_ends(status, "_SKIPPED"))
        return NODE_DONE;
    if (str_ends(status, "_COMPLETE"))
        return str_starts(status, "DELETE") ? NODE_GONE : NODE_DONE;
    return NODE_WORKS;
}

static bool says_nothing(Str reason) {
    return str_is(reason, "Resource creation Initiated") || str_is(reason, "User Initiated");
}

static void resource_event(Tree *t, const AwsEvent *e, Str owner) {
    Node *n = node_of(t, owner, e->stack, e->id, e->resource);
    NodeState state = state_of(e->status, e->reason);
    // What made the others go back is what there is to see in the end.
    if (n->state == NODE_FAILED)
        return;
    if (state == NODE_WORKS && n->state != NODE_WORKS)
        n->began = e->seconds;
    if (state != NODE_WORKS)
        n->ended = e->seconds;
    if (n->state == NODE_WAITS && state != NODE_WORKS)
        n->began = e->seconds;
    n->state = state;
    n->why = str_is(e->status, "DELETE_SKIPPED") ? STR("stays in the account")
             : says_nothing(e->reason)           ? STR_EMPTY
                                                 : str_dup(t->a, e->reason);
}

// What CloudFormation is done with may still come up: then its service says how far it is.
static void progress_event(Tree *t, const AwsEvent *e, Str owner) {
    static const char *const bad[] = {"Failed", "UpdateRollbackFailed", "OutOfService"};
    Node *n = node_of(t, owner, e->stack, e->id, e->resource);
    n->why = str_dup(t->a, e->text);
    if (e->phase == AWS_PHASE_FOLLOW)
        return;
    bool good = str_is(e->status, "InService") || str_is(e->status, "Active") ||
                str_is(e->status, "Successful");
    n->state = good ? NODE_DONE : NODE_WORKS;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (str_is(e->status, bad[i]))
            n->state = NODE_FAILED;
    if (n->state != NODE_WORKS)
        n->ended = e->seconds;
    if (good)
        n->why = STR_EMPTY;
}

static void stack_event(Tree *t, const AwsEvent *e) {
    if (!str_contains(e->status, "ROLLBACK"))
        return;
    t->back = true;
    t->doing = STR("going back");
}

static const char *doing(AwsPhase phase) {
    static const char *const words[AWS_PHASE_COUNT] = {
        [AWS_PHASE_RESOLVE] = "asking who we are",
        [AWS_PHASE_LOOKUP] = "looking at what is there",
        [AWS_PHASE_PREFLIGHT] = "checking what would fail later",
        [AWS_PHASE_ARTIFACTS] = "uploading what is new",
        [AWS_PHASE_CHANGES] = "asking CloudFormation what would change",
        [AWS_PHASE_REVIEW] = "",
        [AWS_PHASE_EXECUTE] = "deploying",
        [AWS_PHASE_FOLLOW] = "",
        [AWS_PHASE_VERIFY] = "checking endpoints and functions",
        [AWS_PHASE_OUTPUTS] = "reading what came out",
        [AWS_PHASE_CLEAN] = "cleaning up",
        [AWS_PHASE_DELETE] = "deleting",
    };
    return words[phase];
}

void tree_event(Tree *t, const AwsEvent *e, Str owner, Str main) {
    switch (e->type) {
    case AWS_EVENT_PHASE:
        if (*doing(e->phase))
            t->doing = str_of(doing(e->phase));
        break;
    case AWS_EVENT_UPLOAD:
        t->uploads += !e->reused;
        break;
    case AWS_EVENT_RESOURCE:
        if (str_eq(e->id, main) || (e->stack.n && str_eq(e->id, e->stack)))
            stack_event(t, e);
        else
            resource_event(t, e, owner);
        break;
    case AWS_EVENT_PROGRESS:
        progress_event(t, e, owner);
        break;
    case AWS_EVENT_OUTPUT:
    case AWS_EVENT_NOTE:
    case AWS_EVENT_WARNING:
    case AWS_EVENT_BEAT:
    case AWS_EVENT_TICK:
        break;
    }
}

// ---- Lines --------------------------------------------------------------------------------------

typedef struct Pen {
    Arena *a;
    const TreeView *view;
    Buf out;
    uint32_t cells; // of the line
    uint32_t kept;  // at its end, for the time
} Pen;

// As much of the text as the line has room for.
static void put(Pen *p, const char *color, Str text) {
    Str visible = str_visible(p->a, text);
    uint32_t at = 0, from;
    bool colors = p->view->color && *color;
    buf_puts(&p->out, colors ? color : "");
    while (at < visible.n) {
        from = at;
        uint32_t width = utf8_width(utf8_next(visible, &at));
        if (p->cells + width + p->kept >= p->view->columns)
            break;
        buf_put(&p->out, str_slice(visible, from, at));
        p->cells += width;
    }
    buf_puts(&p->out, colors ? OFF : "");
}

static void put_words(Pen *p, const char *color, const char *words) {
    put(p, color, str_of(words));
}

static void pad_to(Pen *p, uint32_t cells) {
    while (p->cells < cells && p->cells + 1 < p->view->columns)
        put_words(p, "", " ");
}

static void line_end(Pen *p, TreeLineVec *out) {
    vec_push(p->a, out, (TreeLine){buf_str(&p->out), p->cells});
    p->out = buf_new(p->a);
    p->cells = 0;
}

static void put_sign(Pen *p, NodeState state) {
    static const char *const wheel[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    enum { TURNS_A_SECOND = 8, SPOKES = sizeof wheel / sizeof *wheel };
    uint32_t at = (uint32_t)(p->view->now * TURNS_A_SECOND) % SPOKES;
    switch (state) {
    case NODE_WAITS:
        put_words(p, DIM, "·");
        break;
    case NODE_WORKS:
        put_words(p, YELLOW, p->view->last ? "…" : wheel[at]);
        break;
    case NODE_DONE:
        put_words(p, GREEN, "✓");
        break;
    case NODE_GONE:
        put_words(p, DIM, "-");
        break;
    case NODE_FAILED:
        put_words(p, RED, "✗");
        break;
    }
    put_words(p, "", " ");
}

// "Function chatbot", from "Function/chatbot".
static Str owner_text(Arena *a, Str owner) {
    int64_t slash = str_find(owner, STR("/"), 0);
    return slash < 0 ? owner
                     : str_fmt(a, "%.*s %.*s", (int)slash, owner.p,
                               (int)(owner.n - (uint32_t)slash - 1), owner.p + slash + 1);
}

static Str part_text(Str type) {
    static const char *const names[][2] = {
        {"AWS::Lambda::Function", "function"},
        {"AWS::Lambda::Url", "URL"},
        {"AWS::Lambda::Permission", "permission"},
        {"AWS::IAM::Role", "role"},
        {"AWS::IAM::Policy", "permissions"},
        {"AWS::Logs::LogGroup", "logs"},
        {"AWS::DynamoDB::Table", "table"},
        {"AWS::S3::Bucket", "bucket"},
        {"AWS::SageMaker::Model", "model"},
        {"AWS::SageMaker::EndpointConfig", "settings"},
        {"AWS::SageMaker::Endpoint", "endpoint"},
        {"AWS::ApiGatewayV2::Api", "API"},
        {"AWS::ApiGatewayV2::Route", "route"},
        {"AWS::ApiGatewayV2::Integration", "way in"},
        {"AWS::ApiGatewayV2::Stage", "stage"},
        {"AWS::CloudFormation::Stack", "nested stack"},
        {"AWS::SNS::Topic", "topic"},
        {"AWS::SQS::Queue", "queue"},
        {"AWS::SNS::Subscription", "subscription"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(type, names[i][0]))
            return str_of(names[i][1]);
    int64_t colon = str_rfind_char(type, ':');
    return colon < 0 ? type : str_slice(type, (uint32_t)colon + 1, type.n);
}

static void put_time(Pen *p, double seconds) {
    unsigned all = seconds > 0 ? (unsigned)seconds : 0;
    put(p, DIM, str_fmt(p->a, "%3u:%02u", all / 60, all % 60));
}

enum { NAME_CELLS = 34, TIME_CELLS = 6 };

static void put_rest(Pen *p, NodeState state, double began, double ended, Str why) {
    uint32_t most = p->view->columns - TIME_CELLS - 1;
    pad_to(p, most < NAME_CELLS ? most : NAME_CELLS);
    p->kept = 0;
    if (state != NODE_WAITS)
        put_time(p, (state == NODE_WORKS ? p->view->now : ended) - began);
    if (why.n) {
        put_words(p, "", "  ");
        put(p, state == NODE_FAILED ? RED : "", why);
    }
}

// A group is as far as its parts are.
static NodeState group_state(const Group *g) {
    uint32_t count[NODE_FAILED + 1] = {0};
    for (uint32_t i = 0; i < g->nodes.n; i++)
        count[g->nodes.at[i].state]++;
    if (count[NODE_FAILED])
        return NODE_FAILED;
    if (count[NODE_WAITS] == g->nodes.n)
        return NODE_WAITS;
    if (count[NODE_WORKS] || count[NODE_WAITS])
        return NODE_WORKS;
    return count[NODE_GONE] == g->nodes.n ? NODE_GONE : NODE_DONE;
}

static void group_line(Pen *p, const Group *g, TreeLineVec *out) {
    NodeState state = group_state(g);
    const Node *told = NULL;
    double began = p->view->now, ended = 0;
    for (uint32_t i = 0; i < g->nodes.n; i++) {
        const Node *n = &g->nodes.at[i];
        if (n->state != NODE_WAITS && n->began < began)
            began = n->began;
        if (n->ended > ended)
            ended = n->ended;
        if (n->why.n && n->state == state && !told)
            told = n;
    }
    p->kept = TIME_CELLS;
    put_sign(p, state);
    put(p, BOLD, owner_text(p->a, g->owner));
    if (g->nodes.n == 1) {
        put_words(p, "", "  ");
        put(p, DIM, part_text(g->nodes.at[0].type));
    }
    put_rest(p, state, began, ended, told && state >= NODE_WORKS ? told->why : STR_EMPTY);
    line_end(p, out);
}

static void node_line(Pen *p, const Node *n, TreeLineVec *out) {
    p->kept = TIME_CELLS;
    put_words(p, "", "  ");
    put_sign(p, n->state);
    put(p, "", part_text(n->type));
    bool tells = n->state == NODE_WORKS || n->state == NODE_FAILED;
    put_rest(p, n->state, n->began, n->ended, tells ? n->why : STR_EMPTY);
    line_end(p, out);
}

static void count_line(Pen *p, const Tree *t, TreeLineVec *out) {
    uint32_t count[NODE_FAILED + 1] = {0}, all = 0;
    for (uint32_t g = 0; g < t->groups.n; g++)
        for (uint32_t i = 0; i < t->groups.at[g].nodes.n; i++, all++)
            count[t->groups.at[g].nodes.at[i].state]++;
    put_time(p, p->view->now);
    put_words(p, "", "  ");
    put(p, t->back ? RED : BOLD, t->doing);
    if (all)
        put(p, "",
            str_fmt(p->a, "  %u of %u done", (unsigned)(count[NODE_DONE] + count[NODE_GONE]),
                    (unsigned)all));
    if (count[NODE_FAILED])
        put(p, RED, str_fmt(p->a, ", %u failed", (unsigned)count[NODE_FAILED]));
    if (t->uploads && !all)
        put(p, DIM, str_fmt(p->a, "  %u uploaded", (unsigned)t->uploads));
    line_end(p, out);
}

typedef enum Detail { DETAIL_ALL, DETAIL_BUSY, DETAIL_GROUPS, DETAIL_MOVING, DETAIL_COUNT } Detail;

static bool opens(const Group *g, Detail detail) {
    NodeState state = group_state(g);
    bool moves = state == NODE_WORKS || state == NODE_FAILED;
    return g->nodes.n > 1 && (detail == DETAIL_ALL || (detail == DETAIL_BUSY && moves));
}

static void draw(const Tree *t, Pen *p, Detail detail, TreeLineVec *out) {
    // What failed comes first where not all can be told.
    for (int pass = detail == DETAIL_MOVING ? 0 : 1; pass < 2; pass++)
        for (uint32_t i = 0; i < t->groups.n; i++) {
            const Group *g = &t->groups.at[i];
            NodeState state = group_state(g);
            if (detail == DETAIL_MOVING && state != (pass ? NODE_WORKS : NODE_FAILED))
                continue;
            group_line(p, g, out);
            for (uint32_t k = 0; k < g->nodes.n && opens(g, detail); k++)
                node_line(p, &g->nodes.at[k], out);
        }
}

void tree_lines(const Tree *t, Arena *scratch, const TreeView *view, TreeLineVec *out) {
    uint32_t room = view->rows > 1 ? view->rows - 1 : 1;
    Detail detail = view->last ? DETAIL_GROUPS : DETAIL_ALL;
    TreeLineVec lines = {0};
    for (; detail < DETAIL_COUNT; detail++) {
        Pen p = {.a = scratch, .view = view, .out = buf_new(scratch)};
        lines = (TreeLineVec){0};
        draw(t, &p, detail, &lines);
        if (lines.n <= room)
            break;
    }
    for (uint32_t i = 0; i < lines.n && i < room; i++)
        vec_push(scratch, out, lines.at[i]);
    Pen p = {.a = scratch, .view = view, .out = buf_new(scratch)};
    // Each group that is told needs no count in the end.
    if (!view->last || detail != DETAIL_GROUPS)
        count_line(&p, t, out);
}
