// What the resolver has to say: modules that are not there, with the name that was meant, and
// imports that leave the project.
//
// Input: the request and the path where its file would stand. Output: diagnostics at the specifier.
// Invariant: only folders that the program may import from are listed for a suggestion.

#include "deducer/load/resolve.h"

static Str last_part(Str path) {
    return path_base(path);
}

// The name in `folder` that is nearest to `word`, given as it would be written in an import.
static Str nearest_name(Resolver *r, Arena *a, Str folder, Str word, bool folders_only) {
    Str *names = NULL;
    size_t count = 0;
    if (!r->host->list || !r->host->list(r->host, a, folder, &names, &count))
        return STR_EMPTY;
    Str extension = file_class(word) == FILE_SOURCE ? path_ext(word) : STR_EMPTY;
    // Suggest in the style of what was written: `./x.js` where x.ts is there.
    bool compiled = extension.n && !file_is_typescript(word);
    StrList candidates = {0};
    for (size_t i = 0; i < count; i++) {
        Str name = names[i];
        FileClass class = file_class(name);
        if (folders_only && class != FILE_ASSET)
            continue;
        if (class == FILE_TYPES)
            continue;
        if (class == FILE_SOURCE && !extension.n)
            name = file_stem(name);
        else if (class == FILE_SOURCE && compiled && file_is_typescript(name))
            name = str_cat(a, file_stem(name), extension);
        vec_push(a, &candidates, name);
    }
    return str_suggest(word, candidates.at, candidates.n);
}

// Without a file of that name: the first part of the path that is not there is the one to correct.
static void suggest(Resolver *r, Arena *a, Diag *d, Str specifier, Str looked) {
    Str missing = looked, rest = STR_EMPTY;
    for (Str folder = path_dir(looked); resolver_allows(r, folder); folder = path_dir(folder)) {
        if (r->host->type(r->host, folder) == HOST_DIR)
            break;
        missing = folder;
        rest = str_slice(looked, folder.n, looked.n);
        if (folder.n <= 1)
            return;
    }
    Str folder = path_dir(missing), word = last_part(missing);
    if (!resolver_allows(r, folder) || resolver_is_installed(r, folder))
        return;
    Str name = nearest_name(r, a, folder, word, rest.n > 0);
    if (!name.n || str_eq(name, word))
        return;
    // The specifier itself ends in the same words wherever it was not mapped by a configuration.
    Str tail = str_cat(a, word, rest);
    int64_t at = (int64_t)specifier.n - (int64_t)tail.n;
    if (at >= 0 && str_eq(str_slice(specifier, (uint32_t)at, specifier.n), tail))
        diag_help(d, "did you mean `%.*s%.*s%.*s`?", STR_ARG(str_slice(specifier, 0, (uint32_t)at)),
                  STR_ARG(name), STR_ARG(rest));
    else
        diag_help(d, "did you mean `%.*s`?",
                  STR_ARG(resolver_shown(r, a, path_join(a, folder, str_cat(a, name, rest)))));
}

void report_missing(Resolver *r, Arena *a, Str from, const Request *req, Str looked,
                    const char *why) {
    Str shown = resolver_shown(r, a, from);
    if (!req->specifier.n) {
        Diag *d = diag_error(r->lc->diags, P0107, req->span, "an import names no module");
        diag_help(d, "name a file, as in `./helper`, or a package");
        return;
    }
    Diag *d = diag_error(r->lc->diags, P0107, req->span, "cannot find module `%.*s` from `%.*s`",
                         STR_ARG(req->specifier), STR_ARG(shown));
    if (why)
        diag_note(d, "%s", why);
    if (!looked.n || !resolver_allows(r, looked))
        return;
    diag_primary(d, "there is no `%.*s`", STR_ARG(resolver_shown(r, a, looked)));
    suggest(r, a, d, req->specifier, looked);
}

void report_outside(Resolver *r, Arena *a, const Request *req) {
    (void)a;
    Str s = req->specifier;
    Diag *d = diag_error(r->lc->diags, P0109, req->span, "the import `%.*s` leaves the project",
                         STR_ARG(s));
    if (str_starts(s, "http") || str_starts(s, "file:")) {
        diag_note(d, "modules are not loaded from URLs");
        diag_help(d, "install the package and import it by its name, or copy the file into the "
                     "project");
        return;
    }
    diag_note(d, "only files in the project's folder, or in the workspace that it is a member of, "
                 "are read");
    diag_help(d, "move the file into the project, or make both of them members of one workspace");
}
