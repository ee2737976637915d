// Runs a command and says on stderr what it took: wall and CPU microseconds and the peak memory, in
// KiB, of the largest process in its family. The clock stands in this process, so that what the
// harness itself costs is not counted.
//
// Usage: measure COMMAND ARGUMENT… Its exit code is the command's.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    long long start = microseconds();
    pid_t child = fork();
    if (child < 0)
        return 3;
    if (child == 0) {
        execvp(argv[1], argv + 1);
        fprintf(stderr, "measure: %s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 3;
    long long wall = microseconds() - start;
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    long long cpu = (long long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                    used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    fprintf(stderr, "\nmeasure %lld %lld %ld\n", wall, cpu, used.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
