#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // pipe2 wants _GNU_SOURCE
#endif
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
// Child processes. In: a program, all of its environment, a folder. Out: a process group with its
// output to be read.
//
// Invariant: none outlives us. Each child leads a group, which is ended as a whole; and the kernel
// ends the child when the thread that started it goes, however that comes about.

#include "adapters/run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXEC_FAILED = 127, DESCRIPTORS = 1024 };

typedef struct Pipe {
    int read, write;
} Pipe;

static bool pipe_open(Pipe *p, int flags) {
    int both[2];
    if (pipe2(both, flags) != 0)
        return false;
    *p = (Pipe){both[0], both[1]};
    return true;
}

static void fd_close(int fd) {
    if (fd >= 0)
        close(fd);
}

// Between fork and exec: only what may be called there.
static void signals_reset(void) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void child(const char *const *argv, const char *const *env, const char *folder, int parent,
                  const int fds[3], int failed) {
    // As many as a shell gives: what was raised for the server is not for functions.
    struct rlimit limit;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXEC_FAILED);
    setpgid(0, 0);
    signals_reset();
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > DESCRIPTORS) {
        limit.rlim_cur = DESCRIPTORS;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    if (chdir(folder) == 0)
        execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
    int why = errno;
    if (write(failed, &why, sizeof why) < 0)
        _exit(EXEC_FAILED);
    _exit(EXEC_FAILED);
}

static bool pipes_open(Pipe *out, Pipe *err_out, Pipe *failed, int *null) {
    *out = *err_out = *failed = (Pipe){-1, -1};
    *null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return *null >= 0 && pipe_open(out, O_CLOEXEC) && pipe_open(err_out, O_CLOEXEC) &&
           pipe_open(failed, O_CLOEXEC);
}

bool process_start(const char *const *argv, const char *const *env, const char *folder, int in,
                   Process *p, Err *err) {
    Pipe out, err_out, failed;
    int null, why = 0, parent = (int)getpid();
    *p = (Process){.pid = -1, .out = -1, .err = -1};
    pid_t pid = -1;
    if (pipes_open(&out, &err_out, &failed, &null))
        pid = fork();
    if (pid == 0)
        child(argv, env, folder, parent, (int[]){in < 0 ? null : in, out.write, err_out.write},
              failed.write);
    if (pid < 0)
        why = errno;
    else
        setpgid(pid, pid); // whoever is first: from here on the group is there
    fd_close(null);
    fd_close(out.write);
    fd_close(err_out.write);
    fd_close(failed.write);
    // Closed by exec, else it says why there was none.
    if (pid > 0 && read(failed.read, &why, sizeof why) == (ssize_t)sizeof why)
        waitpid(pid, NULL, 0);
    fd_close(failed.read);
    if (!why) {
        fcntl(out.read, F_SETFL, O_NONBLOCK);
        fcntl(err_out.read, F_SETFL, O_NONBLOCK);
        *p = (Process){.pid = (int)pid, .out = out.read, .err = err_out.read};
        return true;
    }
    fd_close(out.read);
    fd_close(err_out.read);
    return err_set(err, ERR_IO, "cannot start `%s`: %s", argv[0], strerror(why));
}

void process_kill(const Process *p) {
    if (p->pid > 0)
        kill(-p->pid, SIGKILL);
}

int process_wait(Process *p) {
    int status = 0;
    siginfo_t ignored;
    // The group is ended while its leader's number is still taken: it cannot mean another's.
    while (waitid(P_PID, (id_t)p->pid, &ignored, WEXITED | WNOWAIT) != 0 && errno == EINTR)
        ;
    process_kill(p);
    while (waitpid((pid_t)p->pid, &status, 0) < 0 && errno == EINTR)
        ;
    fd_close(p->out);
    fd_close(p->err);
    *p = (Process){.pid = -1, .out = -1, .err = -1};
    return status;
}
