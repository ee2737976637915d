// The live adapter, loaded as the program loads it: who is answered, what open pages are told, and
// which changes end a wait. Spoken to by plain sockets, which can be ruder than any browser.

#include "adapters/adapters.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 5000 };

typedef struct Place {
    Arena arena;
    Str dir;
    const LiveApi *api;
    Live *live;
    uint16_t port;
} Place;

static int set_up(void **state) {
    char name[] = "/tmp/pluto-live-XXXXXX";
    Place *p = calloc(1, sizeof *p);
    Err err = {0};
    Str url;
    if (!p || !mkdtemp(name))
        return -1;
    p->dir = str_dup(&p->arena, str_of(name));
    p->api = adapters_live(&p->arena, &err);
    if (!p->api)
        fail_msg("%s (%s)", err.message, err.hint);
    p->live = p->api->open(&p->arena, 0, &url, &err);
    if (!p->live)
        fail_msg("%s", err.message);
    assert_true(str_starts(url, "http://127.0.0.1:") && str_ends(url, "/"));
    p->port = (uint16_t)strtoul(str_cstr(&p->arena, str_slice(url, 17, url.n)), NULL, 10);
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    Place *p = *state;
    char command[128];
    if (p->live)
        p->api->close(p->live);
    snprintf(command, sizeof command, "rm -rf %.*s", STR_ARG(p->dir));
    int status = system(command);
    arena_release(&p->arena);
    free(p);
    return status;
}

// ---- Sockets ------------------------------------------------------------------------------------

static int dial_at(const char *address, uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, address, &to.sin_addr);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

// Sends a request whose host is the right one where `headers` names none.
static int ask(Place *p, const char *line, const char *headers) {
    int fd = dial_at("127.0.0.1", p->port);
    assert_true(fd >= 0);
    Str text = str_fmt(&p->arena, "%s HTTP/1.1\r\n", line);
    if (!strstr(headers, "Host:"))
        text = str_fmt(&p->arena, "%.*sHost: 127.0.0.1:%u\r\n", STR_ARG(text), p->port);
    text = str_fmt(&p->arena, "%.*s%s\r\n", STR_ARG(text), headers);
    assert_int_equal(send(fd, text.p, text.n, MSG_NOSIGNAL), text.n);
    return fd;
}

// Reads until `words` came, the other side closed, or time is up; gives all of it.
static Str hear(Place *p, int fd, const char *words) {
    Buf b = buf_new(&p->arena);
    char part[4096];
    struct pollfd on = {fd, POLLIN, 0};
    while (!str_contains(buf_str(&b), words) && poll(&on, 1, PATIENCE_MS) > 0) {
        ssize_t n = recv(fd, part, sizeof part, 0);
        if (n <= 0)
            break;
        buf_put(&b, (Str){part, (uint32_t)n});
    }
    if (!str_contains(buf_str(&b), words))
        fail_msg("`%s` did not come, but `%.*s`", words, STR_ARG(buf_str(&b)));
    return buf_str(&b);
}

// Nothing comes for a while.
static void hear_nothing(int fd) {
    struct pollfd on = {fd, POLLIN, 0};
    assert_int_equal(poll(&on, 1, 150), 0);
}

static Str answer_to(Place *p, const char *line, const char *headers, const char *words) {
    int fd = ask(p, line, headers);
    Str got = hear(p, fd, words);
    close(fd);
    return got;
}

// ---- Who is answered ----------------------------------------------------------------------------

static void the_page_is_served(void **state) {
    Place *p = *state;
    p->api->complain(p->live, STR("a.ts:1:2: <wrong> & so"));
    answer_to(p, "GET /", "", " 503 ");
    answer_to(p, "GET /", "", "a.ts:1:2: &lt;wrong> &amp; so</pre>");
    p->api->publish(p->live, STR("<p>one</p>"));
    Str got = answer_to(p, "GET /", "", "<p>one</p>");
    const char *const headers[] = {"200 OK",
                                   "Cache-Control: no-store",
                                   "X-Content-Type-Options: nosniff",
                                   "X-Frame-Options: DENY",
                                   "Cross-Origin-Resource-Policy: same-origin",
                                   "Content-Type: text/html; charset=utf-8"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (!str_contains(got, headers[i]))
            fail_msg("%s is not in %.*s", headers[i], STR_ARG(got));
    p->api->publish(p->live, STR("<p>two</p>"));
    answer_to(p, "GET /?x=1", "", "<p>two</p>");
    assert_false(str_contains(answer_to(p, "HEAD /", "Connection: close\r\n", "\r\n\r\n"), "<p>"));
}

static void strangers_are_not_answered(void **state) {
    Place *p = *state;
    const char *local = str_cstr(
        &p->arena, str_fmt(&p->arena, "Host: localhost:%u\r\nOrigin: http://localhost:%u\r\n",
                           p->port, p->port));
    const char *https =
        str_cstr(&p->arena, str_fmt(&p->arena, "Origin: https://127.0.0.1:%u\r\n", p->port));
    const struct {
        const char *line, *headers, *status;
    } cases[] = {
        {"GET /", "Host: evil.example\r\n", " 403 "},
        {"GET /", "Host: 127.0.0.1\r\n", " 403 "},
        {"GET /", "Host: localhost\r\n", " 403 "},
        {"GET /", "Origin: http://evil.example\r\n", " 403 "},
        {"GET /", "Origin: null\r\n", " 403 "},
        {"GET /", https, " 403 "},
        {"GET /events", "Origin: http://evil.example\r\n", " 403 "},
        {"GET /events", "Host: evil.example\r\n", " 403 "},
        {"GET /", local, " 200 "},
        {"POST /", "Content-Length: 0\r\n", " 405 "},
        {"DELETE /", "", " 405 "},
        {"OPTIONS /", "", " 405 "},
        {"GET /x", "", " 404 "},
        {"GET /../etc/passwd", "", " 404 "},
        {"GET /events/", "", " 404 "},
    };
    p->api->publish(p->live, STR("<p>secret</p>"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Str got = answer_to(p, cases[i].line, cases[i].headers, "\r\n\r\n");
        if (!str_contains(str_slice(got, 0, 20), cases[i].status))
            fail_msg("%s %s: %.*s", cases[i].line, cases[i].headers, STR_ARG(got));
        if (strcmp(cases[i].status, " 200 ") != 0)
            assert_false(str_contains(got, "secret"));
    }
    assert_int_equal(dial_at("127.0.0.2", p->port), -1);
}

// Whether a process of another user, where this one may become that, gets an answer.
static bool is_answered_as_nobody(Place *p) {
    enum { NOBODY = 65534 };
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(2);
        int fd = ask(p, "GET /", "");
        _exit(recv(fd, &c, 1, 0) == 1 ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    return WEXITSTATUS(status) == 0;
}

static void other_users_are_not_answered(void **state) {
    Place *p = *state;
    p->api->publish(p->live, STR("<p>secret</p>"));
    assert_int_equal(is_answered_as_nobody(p), geteuid() != 0);
    answer_to(p, "GET /", "", "secret");
}

static void a_port_that_is_taken_is_said(void **state) {
    Place *p = *state;
    Err err = {0};
    Str url;
    assert_null(p->api->open(&p->arena, p->port, &url, &err));
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_true(err.hint[0]);
    // And free again as soon as the server is gone, though connections were open.
    int fd = ask(p, "GET /events", "");
    hear(p, fd, "\r\n\r\n");
    p->api->close(p->live);
    p->live = p->api->open(&p->arena, p->port, &url, &err);
    if (!p->live)
        fail_msg("%s", err.message);
    close(fd);
}

// ---- What open pages are told -------------------------------------------------------------------

static void open_pages_are_told(void **state) {
    Place *p = *state;
    p->api->publish(p->live, STR("<p>one</p>"));
    answer_to(p, "GET /", "", "one");
    int fd = ask(p, "GET /events", "");
    Str head = hear(p, fd, "id: ");
    assert_true(str_contains(head, "text/event-stream"));
    assert_false(str_contains(head, "event: "));
    p->api->complain(p->live, STR_EMPTY);
    hear_nothing(fd);
    p->api->complain(p->live, STR("a \"b\"\nc"));
    hear(p, fd, "event: problem\ndata: \"a \\\"b\\\"\\nc\"\n\n");
    p->api->complain(p->live, STR_EMPTY);
    hear(p, fd, "event: problem\ndata: \"\"\n\n");
    p->api->publish(p->live, STR("<p>two</p>"));
    Str got = hear(p, fd, "event: page\nid: ");
    assert_true(str_contains(got, "data: "));
    hear_nothing(fd);
    close(fd);
}

static void who_missed_something_is_told_at_once(void **state) {
    Place *p = *state;
    p->api->publish(p->live, STR("<p>one</p>"));
    answer_to(p, "GET /", "", "one");
    p->api->publish(p->live, STR("<p>two</p>"));
    // Got the first, and the second came before it listened.
    int fd = ask(p, "GET /events", "");
    hear(p, fd, "event: page\n");
    close(fd);
    answer_to(p, "GET /", "", "two");
    // Was connected to an earlier server, where something was wrong.
    fd = ask(p, "GET /events", "Last-Event-ID: 17\r\n");
    Str got = hear(p, fd, "event: problem\ndata: \"\"\n\n");
    if (!str_contains(got, "event: page\n"))
        hear(p, fd, "event: page\n");
    close(fd);
    p->api->complain(p->live, STR("bad"));
    fd = ask(p, "GET /events", "");
    hear(p, fd, "event: problem\ndata: \"bad\"\n\n");
    close(fd);
}

static void who_does_not_read_keeps_nobody_waiting(void **state) {
    enum { SLOW = 20, LARGE = 4 << 20 };
    Place *p = *state;
    int slow[SLOW], streams[SLOW];
    char *large = arena_alloc(&p->arena, LARGE);
    memset(large, 'x', LARGE);
    p->api->publish(p->live, (Str){large, LARGE});
    for (int i = 0; i < SLOW; i++) {
        slow[i] = ask(p, "GET /", "");
        streams[i] = ask(p, "GET /events", "");
        hear(p, streams[i], "id: ");
    }
    p->api->publish(p->live, STR("<p>small</p>"));
    answer_to(p, "GET /", "", "small");
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
    hear(p, streams[SLOW - 1], "event: page\n");
    for (int i = 0; i < SLOW; i++)
        close(streams[i]);
    answer_to(p, "GET /", "", "small");
}

// ---- What ends a wait ---------------------------------------------------------------------------

typedef struct Later {
    const char *script;
    pthread_t thread;
} Later;

static void *run_later(void *state) {
    const struct timespec moment = {0, 60 * 1000 * 1000};
    nanosleep(&moment, NULL);
    if (system(((Later *)state)->script) != 0)
        fprintf(stderr, "failed: %s\n", ((Later *)state)->script);
    return NULL;
}

static Str sh(Place *p, const char *script) {
    return str_fmt(&p->arena, "cd %.*s && %s", STR_ARG(p->dir), script);
}

// Waits for `names` while the script runs; false: a signal ended it.
static bool wait_while(Place *p, const char *const *names, uint32_t count, const char *script) {
    Str paths[8];
    Later later = {.script = str_cstr(&p->arena, sh(p, script))};
    for (uint32_t i = 0; i < count; i++)
        paths[i] = path_join(&p->arena, p->dir, str_of(names[i]));
    assert_int_equal(pthread_create(&later.thread, NULL, run_later, &later), 0);
    bool changed = p->api->wait(p->live, paths, count);
    pthread_join(later.thread, NULL);
    return changed;
}

static void every_way_of_saving_is_seen(void **state) {
    static const char *const names[] = {"src/a.ts", "src/none.ts", "lib/deep/b.ts", "way.yml"};
    static const char *const scripts[] = {
        "echo 2 >src/a.ts",
        "echo 3 >src/a.ts~ && mv src/a.ts~ src/a.ts",
        "mv src/a.ts src/.a.old && echo 4 >src/a.ts",
        "rm src/a.ts",
        "echo x >src/none.ts",
        "mkdir lib",
        "mkdir lib/deep",
        "echo x >lib/deep/b.ts",
        "echo 5 >elsewhere/real.yml",
        "rm -r lib/deep",
        "mv src src2",
        "mv src2 src",
    };
    Place *p = *state;
    assert_int_equal(
        system(str_cstr(&p->arena, sh(p, "mkdir src elsewhere && echo 1 >src/a.ts && "
                                         "echo 1 >elsewhere/real.yml && "
                                         "ln -s elsewhere/real.yml way.yml && "
                                         "touch -d '1 hour ago' src/a.ts elsewhere/*"))),
        0);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (!wait_while(p, names, 4, scripts[i]))
            fail_msg("a signal came instead of: %s", scripts[i]);
}

static void other_changes_are_not(void **state) {
    static const char *const names[] = {"src/a.ts", "src/none.ts"};
    Place *p = *state;
    assert_int_equal(system(str_cstr(&p->arena, sh(p, "mkdir src && echo 1 >src/a.ts && "
                                                      "touch -d '1 hour ago' src/a.ts"))),
                     0);
    char script[200];
    snprintf(script, sizeof script,
             "echo x >src/b.ts && cat src/a.ts >/dev/null && mkdir -p node_modules/x && "
             "echo x >node_modules/x/a.ts && rm src/b.ts && sleep 0.2 && kill -TERM %ld",
             (long)getpid());
    assert_false(wait_while(p, names, 2, script));
}

static void a_change_between_two_waits_is_not_lost(void **state) {
    static const char *const names[] = {"src/a.ts", "new/b.ts"};
    Place *p = *state;
    assert_int_equal(system(str_cstr(&p->arena, sh(p, "mkdir src new && echo 1 >src/a.ts && "
                                                      "touch -d '1 hour ago' src/a.ts"))),
                     0);
    assert_true(wait_while(p, names, 1, "echo 2 >src/a.ts"));
    assert_int_equal(system(str_cstr(&p->arena, sh(p, "echo 3 >src/a.ts"))), 0);
    assert_true(wait_while(p, names, 1, "true"));
    // In a folder that was not watched yet.
    assert_int_equal(system(str_cstr(&p->arena, sh(p, "echo 1 >new/b.ts"))), 0);
    assert_true(wait_while(p, names, 2, "true"));
}

static void many_changes_at_once_are_few(void **state) {
    enum { CHANGES = 300, FEW = CHANGES / 10 };
    Place *p = *state;
    Str paths[] = {path_join(&p->arena, p->dir, STR("a")), path_join(&p->arena, p->dir, STR("b"))};
    unsigned waits = 0;
    char script[200];
    snprintf(script, sizeof script,
             "i=0; while [ $i -lt %d ]; do echo $i >a; echo $i >b; i=$((i+1)); done; sleep 0.5; "
             "kill -INT %ld",
             CHANGES, (long)getpid());
    Later later = {.script = str_cstr(&p->arena, sh(p, script))};
    assert_int_equal(pthread_create(&later.thread, NULL, run_later, &later), 0);
    while (p->api->wait(p->live, paths, 2))
        waits++;
    pthread_join(later.thread, NULL);
    if (waits == 0 || waits > FEW)
        fail_msg("%u waits ended for %d changes", waits, CHANGES);
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted++;
}

static void signals_do_afterwards_what_they_did_before(void **state) {
    static const char *const names[] = {"a"};
    Place *p = *state;
    struct sigaction mine = {.sa_handler = on_interrupt}, before;
    char script[64];
    sigaction(SIGINT, &mine, &before);
    snprintf(script, sizeof script, "kill -INT %ld", (long)getpid());
    assert_false(wait_while(p, names, 1, script));
    p->api->close(p->live);
    p->live = NULL;
    assert_int_equal(interrupted, 0);
    raise(SIGINT);
    assert_int_equal(interrupted, 1);
    sigaction(SIGINT, &before, NULL);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_PLACE(the_page_is_served),
        IN_PLACE(strangers_are_not_answered),
        IN_PLACE(other_users_are_not_answered),
        IN_PLACE(a_port_that_is_taken_is_said),
        IN_PLACE(open_pages_are_told),
        IN_PLACE(who_missed_something_is_told_at_once),
        IN_PLACE(who_does_not_read_keeps_nobody_waiting),
        IN_PLACE(every_way_of_saving_is_seen),
        IN_PLACE(other_changes_are_not),
        IN_PLACE(a_change_between_two_waits_is_not_lost),
        IN_PLACE(many_changes_at_once_are_few),
        IN_PLACE(signals_do_afterwards_what_they_did_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
