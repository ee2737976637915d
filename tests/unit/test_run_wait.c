// An API waits for a function for so long and no longer; what comes too late harms nobody. The
// function is played by this file.

#include "adapters/run/front.h"
#include "adapters/run/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void sleep_ms(unsigned ms) {
    nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

// The event says how long it takes.
void invoke_start(const Call *call, uint32_t function, Arena *a, const InvokeInput *in,
                  InvokeResult *out) {
    assert_int_equal(function, 0);
    assert_non_null(call->generation);
    sleep_ms((unsigned)strtoul(str_cstr(a, in->event), NULL, 10));
    *out = (InvokeResult){.outcome = INVOKE_BODY,
                          .request_id = str_dup(a, STR("id")),
                          .body = str_cat(a, STR("after "), in->event),
                          .content_type = STR_EMPTY,
                          .log = STR_EMPTY};
}

void generation_drop(Generation *g) {
    pthread_mutex_lock(&g->run->lock);
    g->refs--;
    pthread_mutex_unlock(&g->run->lock);
}

typedef struct World {
    Run run;
    Generation generation;
    AppFunction function;
    Call call;
} World;

static void set_up(World *w, Arena *a, uint32_t timeout_ms) {
    *w = (World){.function = {.timeout_ms = timeout_ms}};
    pthread_mutex_init(&w->run.lock, NULL);
    pthread_cond_init(&w->run.quiet, NULL);
    w->generation = (Generation){.run = &w->run, .refs = 1};
    vec_push(a, &w->generation.app.functions, w->function);
    w->call = (Call){.run = &w->run, .generation = &w->generation, .app = &w->generation.app};
}

// As run_close does; then nothing may be left.
static void tear_down(World *w) {
    pthread_mutex_lock(&w->run.lock);
    while (w->run.threads)
        pthread_cond_wait(&w->run.quiet, &w->run.lock);
    pthread_mutex_unlock(&w->run.lock);
    assert_int_equal(w->generation.refs, 1);
    pthread_mutex_destroy(&w->run.lock);
    pthread_cond_destroy(&w->run.quiet);
}

static void waiting_has_an_end(void **state) {
    static const struct {
        const char *takes;
        uint32_t timeout, wait;
        bool heard;
    } rows[] = {
        {"0", 1000, 1000, true}, // needs no thread beside it
        {"0", 2000, 1000, true},  {"50", 2000, 1000, true},
        {"400", 2000, 50, false}, {"0", 2000, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        World w;
        Arena own, a;
        arena_init(&own);
        arena_init(&a);
        set_up(&w, &own, rows[i].timeout);
        InvokeInput in = {.event = str_dup(&a, str_of(rows[i].takes)),
                          .client_context = STR_EMPTY,
                          .trace_id = STR_EMPTY,
                          .tenant = STR_EMPTY};
        InvokeResult out = {0};
        bool heard = front_invoke(&w.call, 0, rows[i].wait, &a, &in, &out);
        if (rows[i].wait) // without any wait either may come first
            assert_int_equal(heard, rows[i].heard);
        if (heard) {
            assert_true(str_starts(out.body, "after "));
            assert_true(str_is(out.request_id, "id"));
        }
        arena_release(&a); // the request is over, whatever the function does
        tear_down(&w);
        arena_release(&own);
    }
}

static void nobody_waits_when_all_is_ending(void **state) {
    (void)state;
    World w;
    Arena a;
    arena_init(&a);
    set_up(&w, &a, 2000);
    w.run.closing = true;
    InvokeInput in = {
        .event = STR("0"), .client_context = STR_EMPTY, .trace_id = STR_EMPTY, .tenant = STR_EMPTY};
    InvokeResult out;
    assert_false(front_invoke(&w.call, 0, 1000, &a, &in, &out));
    tear_down(&w);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_has_an_end),
        cmocka_unit_test(nobody_waits_when_all_is_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
