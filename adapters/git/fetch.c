// Brings a template's repository here. In: where it is. Out: its objects, in a bare repository.
//
// A process of its own speaks with the other machine: it can be ended whatever it waits for, and
// what it may write, use and wait is limited by the system too.
//
// Invariant: the user is asked nothing, the user's settings have no say (so no other URL is put in
// the place of this one), no certificate or host key is taken that the system does not know, and
// no other host is gone to.

#include "adapters/git/git.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BYTES_MAX = 64 << 20, // of the pack, history included
    OBJECTS_MAX = 250000,
    STALL_SECONDS = 30,
    CPU_SECONDS = 120
};

typedef struct Fetch {
    const Origin *origin;
    unsigned asked; // how often the other side wanted to know who we are
    bool too_large;
} Fetch;

// ---- In the child: what libgit2 asks ------------------------------------------------------------

static int on_progress(const git_indexer_progress *p, void *payload) {
    Fetch *f = payload;
    alarm(STALL_SECONDS);
    f->too_large = p->received_bytes > BYTES_MAX || p->total_objects > OBJECTS_MAX;
    return f->too_large ? GIT_EUSER : 0;
}

// The other side is still counting: a large repository takes it a while before anything comes.
static int on_words(const char *words, int length, void *payload) {
    (void)words, (void)length, (void)payload;
    alarm(STALL_SECONDS);
    return 0;
}

// For ssh the user's agent, once: an agent that is refused would be asked again for ever.
static int on_credential(git_credential **out, const char *url, const char *user, unsigned allowed,
                         void *payload) {
    enum { NAME_AND_KEY = 2 };
    Fetch *f = payload;
    (void)url;
    if (++f->asked > NAME_AND_KEY || f->origin->type != ORIGIN_SSH)
        return GIT_EAUTH;
    if (allowed & GIT_CREDENTIAL_USERNAME)
        return git_credential_username_new(out, "git");
    if (allowed & GIT_CREDENTIAL_SSH_KEY)
        return git_credential_ssh_key_from_agent(out, user ? user : "git");
    return GIT_EAUTH;
}

static const char *hint_of(const Fetch *f, int error) {
    bool ssh = f->origin->type == ORIGIN_SSH;
    if (error == GIT_ECERTIFICATE)
        return ssh ? "its key is not in `known_hosts`, or another one is: connect with `ssh` once, "
                     "which shows both"
                   : "nobody whom this system trusts vouches for that host";
    if (f->asked == 0)
        return NULL;
    if (ssh)
        return getenv("SSH_AUTH_SOCK")
                   ? "your ssh-agent has no key that it takes; `ssh-add -l` lists them"
                   : "no ssh-agent runs: start one and give it your key with `ssh-add`";
    return "it is private or not there; private repositories are read over ssh only";
}

static bool explain(const Fetch *f, int error, Err *err) {
    Str url = f->origin->url;
    if (f->too_large) {
        err_set(err, ERR_TOO_LARGE, "cannot fetch `%.*s`: it is larger than %d MB", STR_ARG(url),
                BYTES_MAX >> 20);
        err_hint(err, "the history counts: put the template into a repository of its own");
        return false;
    }
    git_fail(err, "fetch `%.*s`", STR_ARG(url));
    const char *hint = hint_of(f, error);
    if (hint)
        err_hint(err, "%s", hint);
    return false;
}

// ---- In the child: which reference --------------------------------------------------------------

static bool is_commit(Str ref) {
    for (uint32_t i = 0; i < ref.n; i++)
        if (!((ref.p[i] >= '0' && ref.p[i] <= '9') || (ref.p[i] >= 'a' && ref.p[i] <= 'f') ||
              (ref.p[i] >= 'A' && ref.p[i] <= 'F')))
            return false;
    return ref.n >= 7 && ref.n <= GIT_OID_HEXSZ;
}

static bool has_ref(const git_remote_head **heads, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(heads[i]->name, name) == 0)
            return true;
    return false;
}

// What to ask for: the one reference that is meant, else all, among which the commit may be.
static bool refspecs_choose(Arena *a, git_remote *remote, const Origin *o, git_strarray *out,
                            Err *err) {
    const git_remote_head **heads;
    size_t count;
    if (git_remote_ls(&heads, &count, remote) != 0)
        return git_fail(err, "list what `%.*s` has", STR_ARG(o->url));
    const char *tag = str_cstr(a, str_fmt(a, "refs/tags/%.*s", STR_ARG(o->ref)));
    const char *branch = str_cstr(a, str_fmt(a, "refs/heads/%.*s", STR_ARG(o->ref)));
    const char *found = o->ref.n == 0 ? "HEAD" : has_ref(heads, count, tag) ? tag : branch;
    bool there = has_ref(heads, count, found);
    out->strings = arena_array(a, char *, 2);
    if (!there && is_commit(o->ref)) {
        out->count = 2;
        out->strings[0] = str_cstr(a, STR("+refs/heads/*:refs/pluto/heads/*"));
        out->strings[1] = str_cstr(a, STR("+refs/tags/*:refs/pluto/tags/*"));
        return true;
    }
    out->count = 1;
    out->strings[0] = str_cstr(a, str_fmt(a, "+%s:" FETCHED, found));
    if (!there && o->ref.n == 0)
        return err_set(err, ERR_NOT_FOUND, "`%.*s` has no commit", STR_ARG(o->url));
    if (!there)
        err_set(err, ERR_NOT_FOUND, "`%.*s` has no branch or tag `%.*s`", STR_ARG(o->url),
                STR_ARG(o->ref));
    return there;
}

static bool fetch_with(Arena *a, Fetch *f, git_remote *remote, Err *err) {
    git_remote_connect_options connect;
    git_remote_connect_options_init(&connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    connect.callbacks.credentials = on_credential;
    connect.callbacks.transfer_progress = on_progress;
    connect.callbacks.sideband_progress = on_words;
    connect.callbacks.payload = f;
    connect.proxy_opts.type = GIT_PROXY_AUTO;
    connect.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
    git_fetch_options options;
    git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
    options.callbacks = connect.callbacks;
    options.proxy_opts = connect.proxy_opts;
    options.follow_redirects = connect.follow_redirects;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.update_fetchhead = 0;
    git_strarray refspecs;
    int error = git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &connect);
    if (error != 0)
        return explain(f, error, err);
    if (!refspecs_choose(a, remote, f->origin, &refspecs, err))
        return false;
    error = git_remote_fetch(remote, &refspecs, &options, NULL);
    return error == 0 || explain(f, error, err);
}

// Where the settings of the user and the system would be found. Only ssh needs the home folder, for
// the keys of hosts that are known.
static void settings_forget(OriginType type) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_PROGRAMDATA, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
    if (type != ORIGIN_SSH)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "");
}

static bool fetch_here(const Origin *origin, const char *into, Err *err) {
    Fetch f = {.origin = origin};
    git_repository *repo = NULL;
    git_remote *remote = NULL;
    Arena a;
    arena_init(&a);
    bool good = git_libgit2_init() >= 0;
    settings_forget(origin->type);
    good = good && git_repository_init(&repo, into, 1) == 0;
    // ssh keeps the home folder's settings; their `insteadOf` may still not choose another URL.
    git_remote_create_options options;
    git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = repo;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    good = good && git_remote_create_with_opts(&remote, str_cstr(&a, origin->url), &options) == 0;
    if (good)
        good = fetch_with(&a, &f, remote, err);
    else
        git_fail(err, "make a repository in `%s`", into);
    git_remote_free(remote);
    git_repository_free(repo);
    git_libgit2_shutdown();
    arena_release(&a);
    return good;
}

// ---- The processes ------------------------------------------------------------------------------

static void limit(int what, rlim_t most) {
    struct rlimit r = {most, most};
    setrlimit((__rlimit_resource_t)what, &r);
}

// Says how it went by an Err, which a pipe carries whole, and ends.
static noreturn void child(const Origin *origin, const char *into, int out) {
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_FSIZE, (rlim_t)BYTES_MAX * 4);
    alarm(STALL_SECONDS);
    Err err = {0};
    (void)fetch_here(origin, into, &err);
    ssize_t put = write(out, &err, sizeof err);
    _exit(put == (ssize_t)sizeof err ? EXIT_DONE : EXIT_WORLD);
}

// What ended a child that could not say it itself.
static bool ended(const Origin *o, int status, Err *err) {
    int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *why = by == SIGALRM                    ? "nothing came for a while"
                      : by == SIGXFSZ || by == SIGXCPU ? "it is too large"
                                                       : "the process that fetched it ended";
    return err_set(err, ERR_IO, "cannot fetch `%.*s`: %s", STR_ARG(o->url), why);
}

// Waits for the child's word, or for a signal, which is left pending for whoever released it.
static bool wait_for(const Origin *o, pid_t pid, int from, int signals, Err *err) {
    struct pollfd on[2] = {{from, POLLIN, 0}, {signals, POLLIN, 0}};
    while (poll(on, 2, -1) < 0 && errno == EINTR)
        ;
    Err said = {0};
    bool stopped = on[1].revents != 0;
    bool heard = !stopped && read(from, &said, sizeof said) == (ssize_t)sizeof said;
    int status = 0;
    if (stopped)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (stopped)
        return err_set(err, ERR_IO, "fetching `%.*s` was interrupted", STR_ARG(o->url));
    if (!heard)
        return ended(o, status, err);
    // Strangers' bytes went through that process: its word is taken, its arrays are not.
    said.message[sizeof said.message - 1] = said.hint[sizeof said.hint - 1] = '\0';
    if (said.kind != ERR_NONE)
        *err = said;
    return said.kind == ERR_NONE;
}

bool fetch(const Origin *origin, const char *into, Err *err) {
    int ends[2], signals;
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGHUP);
    if (pipe(ends) != 0)
        return err_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
    signals = signalfd(-1, &stops, SFD_CLOEXEC);
    pid_t pid = signals < 0 ? -1 : fork();
    if (pid == 0)
        child(origin, into, ends[1]);
    close(ends[1]);
    bool good = pid > 0 ? wait_for(origin, pid, ends[0], signals, err)
                        : err_set(err, ERR_IO, "cannot start a process: %s", strerror(errno));
    close(ends[0]);
    if (signals >= 0)
        close(signals);
    return good;
}
