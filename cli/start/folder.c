#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 // nftw
#endif
// Files into a folder: all of them or none.
//
// Input: a target and files, relative to it. Output: the target with the files. Invariant: they are
// written to a hidden folder first, on the same file system, and get their places by renaming or
// linking, which never replaces anything. What fails, and what signal comes, before that is done
// leaves no trace; signals wait while a step is under way.

#include "cli/start/start.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_TRIES = 100, OPEN_FOLDERS = 16 };

bool path_taken(Arena *a, Str path) {
    struct stat st;
    return lstat(str_cstr(a, path), &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

FolderState folder_state(Arena *a, Str path) {
    struct stat st;
    if (!path_taken(a, path))
        return FOLDER_FREE;
    const char *name = str_cstr(a, path);
    DIR *dir = lstat(name, &st) == 0 && S_ISDIR(st.st_mode) ? opendir(name) : NULL;
    if (!dir)
        return FOLDER_TAKEN;
    FolderState state = FOLDER_EMPTY;
    for (struct dirent *one; state == FOLDER_EMPTY && (one = readdir(dir));)
        if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0)
            state = FOLDER_TAKEN;
    closedir(dir);
    return state;
}

bool path_has_link(Arena *a, Str folder, Str path, Err *err) {
    for (uint32_t i = 1; i <= path.n; i++) {
        struct stat st;
        if (i < path.n && path.p[i] != '/')
            continue;
        Str part = path_join(a, folder, str_slice(path, 0, i));
        if (lstat(str_cstr(a, part), &st) != 0 || !S_ISLNK(st.st_mode))
            continue;
        err_set(err, ERR_USAGE, "`%.*s` is a link: nothing is written to where it leads",
                STR_ARG(part));
        return true;
    }
    return false;
}

static bool fail(Err *err, const char *verb, Str path, int error) {
    ErrKind kind = error == EEXIST || error == ENOTEMPTY || error == ENOTDIR ? ERR_USAGE : ERR_IO;
    if (kind == ERR_USAGE)
        return err_set(err, kind, "`%.*s` exists already", STR_ARG(path));
    const char *why = error == ENOSPC                     ? "no space is left"
                      : error == EACCES || error == EPERM ? "permission denied"
                      : error == EROFS                    ? "the file system is read-only"
                                                          : strerror(error);
    return err_set(err, kind, "cannot %s `%.*s`: %s", verb, STR_ARG(path), why);
}

// ---- Signals ------------------------------------------------------------------------------------

// Those that would end the process here and now; what is ignored (nohup) is not among them.
static sigset_t deadly(void) {
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct sigaction now;
        if (sigaction(all[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
            sigaddset(&set, all[i]);
    }
    return set;
}

// Whether one of them waits: then the work is undone, and letting it through ends the process.
static bool called_off(const sigset_t *set) {
    sigset_t waiting;
    if (sigpending(&waiting) != 0)
        return false;
    for (int one = 1; one < 32; one++)
        if (sigismember(set, one) == 1 && sigismember(&waiting, one) == 1)
            return true;
    return false;
}

// ---- The hidden folder --------------------------------------------------------------------------

typedef struct Work {
    Arena *arena;
    Host *host;
    sigset_t set, before;
    Str hidden;
} Work;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

static bool work_begin(Work *w, Arena *a, Host *host, Str beside, Str target, Err *err) {
    *w = (Work){.arena = a, .host = host, .set = deadly()};
    sigprocmask(SIG_BLOCK, &w->set, &w->before);
    int error = EEXIST;
    for (int i = 0; i < NAME_TRIES && error == EEXIST; i++) {
        Str name = str_fmt(a, ".pluto-new-%ld-%d", (long)getpid(), i);
        w->hidden = path_join(a, beside, name);
        error = mkdir(str_cstr(a, w->hidden), 0777) == 0 ? 0 : errno;
    }
    if (error == 0)
        return true;
    sigprocmask(SIG_SETMASK, &w->before, NULL);
    if (error == EEXIST)
        return err_set(err, ERR_IO, "cannot make `%.*s`: no name is free beside it",
                       STR_ARG(target));
    return fail(err, "make", target, error);
}

static void work_end(Work *w) {
    (void)nftw(str_cstr(w->arena, w->hidden), remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    sigprocmask(SIG_SETMASK, &w->before, NULL);
}

static bool executable_set(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    return chmod(path, (st.st_mode & 07777) | ((st.st_mode & 0444) >> 2)) == 0;
}

// Failures speak of the place that the user knows, not of the hidden one.
static bool work_write(Work *w, Str target, const StartFileVec *files, Err *err) {
    for (uint32_t i = 0; i < files->n; i++) {
        const StartFile *f = &files->at[i];
        Str path = path_join(w->arena, w->hidden, f->path);
        Str shown = path_join(w->arena, target, f->path);
        Err why = {0};
        if (called_off(&w->set))
            return err_set(err, ERR_IO, "interrupted");
        if (!w->host->write_file(w->host, path, f->content, &why)) {
            const char *words = strstr(why.message, "`: ");
            return err_set(err, why.kind, "cannot write `%.*s`: %s", STR_ARG(shown),
                           words ? words + 3 : why.message);
        }
        if (f->executable && !executable_set(str_cstr(w->arena, path)))
            return fail(err, "write", shown, errno);
    }
    return true;
}

bool folder_make(Arena *a, Host *host, Str target, const StartFileVec *files, FolderLast *last,
                 void *with, Err *err) {
    Work w;
    Str beside = path_dir(target);
    if (!work_begin(&w, a, host, beside.n ? beside : STR("."), target, err))
        return false;
    bool good = work_write(&w, target, files, err);
    if (good && last)
        last(a, w.hidden, with);
    if (good && called_off(&w.set))
        good = err_set(err, ERR_IO, "interrupted");
    // This takes the place of an empty folder, and of nothing else.
    if (good && rename(str_cstr(a, w.hidden), str_cstr(a, target)) != 0)
        good = fail(err, "make", target, errno);
    work_end(&w);
    return good;
}

// ---- A folder that has files already ------------------------------------------------------------

typedef struct Added {
    Arena *arena;
    Vec(const char *) paths; // folders before what is in them
} Added;

static void added_undo(const Added *added) {
    for (uint32_t i = added->paths.n; i-- > 0;)
        (void)remove(added->paths.at[i]);
}

// The folders above a file, as far as they are missing.
static bool folders_add(Added *added, Str target, Str path, Err *err) {
    for (uint32_t i = 0; i < path.n; i++) {
        if (path.p[i] != '/')
            continue;
        Str folder = path_join(added->arena, target, str_slice(path, 0, i));
        const char *name = str_cstr(added->arena, folder);
        struct stat st;
        if (mkdir(name, 0777) == 0)
            vec_push(added->arena, &added->paths, name);
        else if (errno != EEXIST || lstat(name, &st) != 0 || !S_ISDIR(st.st_mode))
            return fail(err, "make", folder, errno);
    }
    return true;
}

static bool file_place(Added *added, Str hidden, Str target, Str path, Err *err) {
    if (path_has_link(added->arena, target, path_dir(path), err) ||
        !folders_add(added, target, path, err))
        return false;
    Str to = path_join(added->arena, target, path);
    const char *from = str_cstr(added->arena, path_join(added->arena, hidden, path));
    const char *name = str_cstr(added->arena, to);
    // Where links are not to be had, the look before the renaming has to do.
    bool placed = link(from, name) == 0;
    if (!placed && errno != EEXIST && !path_taken(added->arena, to))
        placed = rename(from, name) == 0;
    if (!placed)
        return fail(err, "write", to, errno);
    vec_push(added->arena, &added->paths, name);
    return true;
}

bool folder_add(Arena *a, Host *host, Str target, const StartFileVec *files, Err *err) {
    Work w;
    if (!work_begin(&w, a, host, target, target, err))
        return false;
    bool good = work_write(&w, target, files, err);
    Added added = {.arena = a};
    for (uint32_t i = 0; good && i < files->n; i++)
        good = called_off(&w.set) ? err_set(err, ERR_IO, "interrupted")
                                  : file_place(&added, w.hidden, target, files->at[i].path, err);
    if (!good)
        added_undo(&added);
    work_end(&w);
    return good;
}
