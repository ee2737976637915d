// What an import specifier means: the order of the questions, and the limits on what may be read.
//
// Input: a specifier and the module it stands in. Output: a module of the project, or that it is
// code which is not looked into. Invariant: only files below the project's folder, or below the
// workspace that it is a member of, are ever modules, and that is decided by their real paths.

#include "deducer/load/resolve.h"

#include <string.h>

#include "arch/kind.h"

enum { SPECIFIER_MAX_BYTES = 4096 };

// Node's own modules that go without "node:".
static const char *const BUILTINS[] = {
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "domain",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
};
enum { BUILTIN_COUNT = sizeof BUILTINS / sizeof BUILTINS[0] };

// One question to the resolver.
typedef struct Query {
    Resolver *r;
    Arena *a;
    Str from, folder; // the importing module and its folder
    const Request *req;
    Str looked;      // where the file would stand, for the message
    const char *why; // a note for the message
} Query;

// ---- limits -------------------------------------------------------------------------------------

bool resolver_allows(Resolver *r, Str path) {
    return path_is_under(path, r->root) || path_is_under(path, workspace_root(r));
}

// Only folders below the root count: the project itself may stand in somebody's node_modules.
bool resolver_is_installed(Resolver *r, Str path) {
    Str base = path_is_under(path, r->root) ? r->root : workspace_root(r);
    if (!path_is_under(path, base))
        return false;
    Str name = STR("/node_modules");
    for (int64_t at = base.n > 1 ? base.n : 0; (at = str_find(path, name, (uint32_t)at)) >= 0;
         at++) {
        uint32_t end = (uint32_t)at + name.n;
        if (end == path.n || path.p[end] == '/')
            return true;
    }
    return false;
}

Str resolver_shown(const Resolver *r, Arena *a, Str path) {
    if (path_is_under(path, r->root))
        return path_relative(a, path, r->root);
    Buf b = buf_new(a);
    for (Str folder = r->root; folder.n > 1; folder = path_dir(folder)) {
        if (path_is_under(path, folder)) {
            buf_put(&b, path_relative(a, path, folder));
            return buf_str(&b);
        }
        buf_puts(&b, "../");
    }
    return path;
}

// ---- files --------------------------------------------------------------------------------------

// The path as written is judged before the disk is asked, the real one after: neither may lead
// outside.
static Answer look(Resolver *r, Arena *a, Str path, bool folder_only) {
    if (!resolver_allows(r, path))
        return (Answer){ANSWER_OUTSIDE, path};
    if (resolver_is_installed(r, path))
        return (Answer){ANSWER_EXTERNAL, path};
    Str found, real;
    if (!probe_path(r, a, path, folder_only, &found))
        return (Answer){ANSWER_MISSING, path};
    FileClass class = file_class(found);
    if (class == FILE_TYPES || class == FILE_ASSET)
        return (Answer){ANSWER_EXTERNAL, found};
    if (!r->host->real_path(r->host, a, found, &real))
        return (Answer){ANSWER_MISSING, path};
    if (!resolver_allows(r, real))
        return (Answer){ANSWER_OUTSIDE, real};
    if (resolver_is_installed(r, real))
        return (Answer){ANSWER_EXTERNAL, real};
    return (Answer){ANSWER_FILE, real};
}

// Two threads may look for one file at once; both find the same, so nobody waits for the other.
Answer resolver_answer(Resolver *r, Arena *a, Str path, bool folder_only) {
    path = path_normal(a, path);
    Str key = folder_only ? str_cat(a, path, STR("/")) : path;
    pthread_mutex_lock(&r->lock);
    const Answer *known = map_find(&r->answers, key);
    pthread_mutex_unlock(&r->lock);
    if (known)
        return *known;

    Answer answer = look(r, a, path, folder_only);
    pthread_mutex_lock(&r->lock);
    Answer *kept = arena_new(r->arena, Answer);
    *kept = (Answer){answer.kind, str_dup(r->arena, answer.path)};
    map_set(&r->answers, str_dup(r->arena, key), kept);
    pthread_mutex_unlock(&r->lock);
    return answer;
}

// ---- specifiers ---------------------------------------------------------------------------------

static bool is_relative(Str s) {
    return str_starts(s, "./") || str_starts(s, "../") || str_is(s, ".") || str_is(s, "..");
}

// `./x/` is the folder even where there is an x.ts, and `..` has no file of that name at all.
static bool names_folder(Str s) {
    return str_ends(s, "/") || str_ends(s, "/.") || str_ends(s, "/..") || str_is(s, ".") ||
           str_is(s, "..");
}

static Answer path_answer(Query *q, Str specifier) {
    Str path = path_join(q->a, q->folder, specifier);
    q->looked = path;
    Answer answer = resolver_answer(q->r, q->a, path, names_folder(specifier));
    if (answer.kind != ANSWER_MISSING)
        return answer;
    // Bundlers take what follows a '?' as a wish how to load the file, not as part of its name.
    int64_t query = str_find(specifier, STR("?"), 0);
    if (query <= 0)
        return answer;
    path = path_join(q->a, q->folder, str_slice(specifier, 0, (uint32_t)query));
    Answer plain = resolver_answer(q->r, q->a, path, false);
    return plain.kind == ANSWER_FILE ? (Answer){ANSWER_EXTERNAL, plain.path} : plain;
}

static bool is_sdk(Str specifier) {
    for (unsigned i = 0; SDK_PACKAGES[i]; i++) {
        size_t n = strlen(SDK_PACKAGES[i]);
        if (str_starts(specifier, SDK_PACKAGES[i]) && (specifier.n == n || specifier.p[n] == '/'))
            return true;
    }
    return false;
}

static bool is_builtin(Str specifier) {
    if (str_starts(specifier, "node:"))
        return true;
    for (unsigned i = 0; i < BUILTIN_COUNT; i++)
        if (str_is(specifier, BUILTINS[i]))
            return true;
    return false;
}

// "https:", "data:", "bun:" … but not the drive of a Windows path.
static bool has_scheme(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (c == ':')
            return i > 1;
        if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return false;
    }
    return false;
}

// Names with a scheme that Node does not know.
static Answer scheme_answer(Query *q, Str specifier) {
    if (str_starts(specifier, "http:") || str_starts(specifier, "https:") ||
        str_starts(specifier, "file:"))
        return (Answer){ANSWER_OUTSIDE, specifier};
    q->why = str_starts(specifier, "data:") ? "modules are not loaded from URLs"
                                            : "this is a module of another runtime than Node.js";
    return (Answer){ANSWER_MISSING, STR_EMPTY};
}

// ---- what is no path ----------------------------------------------------------------------------

// tsconfig's `paths`, where they have a word on this specifier. `*matched` is the rule that claims
// it.
static Answer paths_answer(Query *q, const TsConfig *config, const PathRule **matched) {
    Str star = STR_EMPTY;
    const PathRule *rule = tsconfig_rule(config, q->req->specifier, &star);
    *matched = rule;
    for (uint32_t i = 0; rule && i < rule->count; i++) {
        Str target = path_rule_target(q->a, rule, i, star);
        // A rule may send names on to node_modules: then they are packages, whatever stands there.
        if (resolver_is_installed(q->r, target)) {
            *matched = NULL;
            continue;
        }
        Answer answer = resolver_answer(q->r, q->a, target, false);
        if (answer.kind != ANSWER_MISSING)
            return answer;
        if (!q->looked.n)
            q->looked = target;
    }
    return (Answer){ANSWER_NONE, STR_EMPTY};
}

static Answer member_answer(Query *q, const Package *p, Str subpath) {
    Answer answer = package_answer(q->r, q->a, p, subpath);
    if (answer.kind != ANSWER_MISSING)
        return answer;
    q->looked = answer.path;
    q->why = answer.path.n
                 ? "its package is part of the workspace, but neither its source nor what "
                   "is built of it was found"
                 : "the `exports` of its package.json do not name it";
    return answer;
}

// A package that is part of the project or its workspace: the module's own, a member, or a folder
// that package.json names.
static Answer package_of_project(Query *q, Str name, Str subpath) {
    Resolver *r = q->r;
    const Package *own = package_nearest(r, q->folder);
    if (own && str_eq(own->name, name) && cJSON_HasObjectItem(own->json, "exports"))
        return member_answer(q, own, subpath);
    const Package *member = workspace_member(r, name);
    if (member)
        return member_answer(q, member, subpath);
    Str version;
    if (!own || !package_depends(own, name, &version))
        return (Answer){ANSWER_NONE, STR_EMPTY};
    if (!str_starts(version, "file:") && !str_starts(version, "link:") &&
        !str_starts(version, "portal:"))
        return (Answer){ANSWER_NONE, STR_EMPTY};
    int64_t colon = str_find(version, STR(":"), 0);
    Str written = str_slice(version, (uint32_t)colon + 1, version.n);
    Str folder = path_join(q->a, own->folder, written), real;
    if (!r->host->real_path(r->host, q->a, folder, &real) || !resolver_allows(r, real) ||
        resolver_is_installed(r, real))
        return (Answer){ANSWER_NONE, STR_EMPTY};
    const Package *linked = package_at(r, real);
    return linked ? member_answer(q, linked, subpath) : (Answer){ANSWER_NONE, STR_EMPTY};
}

// A package's name, wherever it was written: in the program or as a target of `imports`.
static Answer name_answer(Query *q, Str specifier) {
    Str name, subpath;
    if (is_sdk(specifier) || is_builtin(specifier))
        return (Answer){ANSWER_EXTERNAL, specifier};
    if (!package_split(specifier, &name, &subpath))
        return (Answer){ANSWER_NONE, STR_EMPTY};
    return package_of_project(q, name, subpath);
}

// A file of the module's own package, or another package's name.
static Answer import_target(Query *q, const Package *own, Str target) {
    if (!str_starts(target, "./")) {
        Answer answer = name_answer(q, target);
        return answer.kind == ANSWER_NONE ? (Answer){ANSWER_EXTERNAL, target} : answer;
    }
    if (!q->looked.n)
        q->looked = path_join(q->a, own->folder, target);
    // As a package without `exports`: its own files are open to it, and source is preferred again.
    const Package open = {.folder = own->folder, .name = own->name};
    return package_answer(q->r, q->a, &open, str_slice(target, 2, target.n));
}

// "#name": the `imports` of the module's own package.
static Answer imports_answer(Query *q) {
    const Package *own = package_nearest(q->r, q->folder);
    StrList targets = {0};
    if (own) {
        const cJSON *map = cJSON_GetObjectItemCaseSensitive(own->json, "imports");
        if (cJSON_IsObject(map))
            package_targets(q->a, map, q->req->specifier, &targets);
        for (uint32_t i = 0; i < targets.n; i++) {
            Answer answer = import_target(q, own, targets.at[i]);
            if (answer.kind != ANSWER_MISSING)
                return answer;
        }
    }
    if (!targets.n)
        q->why = "the `imports` of package.json do not name it";
    return (Answer){ANSWER_MISSING, STR_EMPTY};
}

// In the order of TypeScript and of bundlers: what the configuration says, Node's own modules,
// files below `baseUrl`, packages of the project. All the rest is installed, and not looked into.
static Answer bare_answer(Query *q) {
    Str specifier = q->req->specifier;
    const TsConfig *config = tsconfig_nearest(q->r, q->folder);
    const PathRule *rule = NULL;
    Answer answer = paths_answer(q, config, &rule);
    if (answer.kind != ANSWER_NONE)
        return answer;
    if (str_starts(specifier, "#"))
        return imports_answer(q);
    if (is_builtin(specifier))
        return (Answer){ANSWER_EXTERNAL, specifier};
    // Only a file decides: a package may well have the name of a folder.
    if (config && config->base_url.n) {
        Str path = path_join(q->a, config->base_url, specifier);
        answer = resolver_answer(q->r, q->a, path, false);
        if (answer.kind == ANSWER_FILE)
            return answer;
    }
    answer = name_answer(q, specifier);
    if (answer.kind != ANSWER_NONE)
        return answer;

    // Nothing of the project: an installed package, unless it cannot be one. A name that a rule
    // claims must be a dependency, or a misspelled path would pass for a package.
    Str name, subpath, version;
    bool is_name = package_split(specifier, &name, &subpath);
    const Package *own = package_nearest(q->r, q->folder);
    bool declared = is_name && own && package_depends(own, name, &version);
    bool claimed = rule && (rule->prefix.n || rule->suffix.n || !rule->star);
    if (is_name && (declared || !claimed))
        return (Answer){ANSWER_EXTERNAL, specifier};
    q->why = claimed ? "`paths` of tsconfig.json says where it should be"
                     : "no package can have this name, and no `paths` of tsconfig.json matches it";
    return (Answer){ANSWER_MISSING, STR_EMPTY};
}

// ---- the public functions -----------------------------------------------------------------------

Resolver *resolver_new(Arena *a, LoadContext *lc) {
    Resolver *r = arena_new(a, Resolver);
    r->arena = a;
    r->lc = lc;
    r->host = lc->in->host;
    Str root = path_normal(a, lc->in->root);
    if (!r->host->real_path(r->host, a, root, &r->root))
        r->root = root;
    r->answers = map_new(a);
    r->configs = map_new(a);
    r->packages = map_new(a);
    r->members = map_new(a);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&r->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return r;
}

TargetKind resolver_find(Resolver *r, Arena *a, Str from_abs, const Request *req, Str *abs_out) {
    Str specifier = req->specifier;
    if (is_sdk(specifier))
        return TARGET_SDK;
    Query q = {.r = r, .a = a, .from = from_abs, .folder = path_dir(from_abs), .req = req};
    q.looked = STR_EMPTY;
    Answer answer = {ANSWER_MISSING, STR_EMPTY};
    if (specifier.n > SPECIFIER_MAX_BYTES || (specifier.n && memchr(specifier.p, 0, specifier.n)))
        q.why = "no file can have this name";
    else if (is_relative(specifier) || path_is_absolute(specifier))
        answer = path_answer(&q, specifier);
    else if (str_starts(specifier, "node:"))
        answer.kind = ANSWER_EXTERNAL;
    else if (has_scheme(specifier))
        answer = scheme_answer(&q, specifier);
    else if (specifier.n)
        answer = bare_answer(&q);

    if (answer.kind == ANSWER_FILE)
        return *abs_out = answer.path, TARGET_MODULE;
    if (answer.kind == ANSWER_EXTERNAL)
        return is_sdk(answer.path) ? TARGET_SDK : TARGET_EXTERNAL;
    if (req->types_only && !req->dynamic)
        return TARGET_EXTERNAL;
    if (answer.kind == ANSWER_OUTSIDE)
        report_outside(r, a, req);
    else
        report_missing(r, a, from_abs, req, q.looked, q.why);
    return TARGET_NONE;
}

void resolver_close(Resolver *r) {
    Arena *a = r->lc->a; // what diagnostics point to outlives the resolver
    for (uint32_t i = 0; i < r->problems.n; i++) {
        const Problem *p = &r->problems.at[i];
        Str path = str_dup(a, resolver_shown(r, a, p->path));
        Str text = str_dup(a, p->text);
        FileId file = sources_find(r->lc->sources, path);
        if (!file)
            file = sources_add(r->lc->sources, path, text);
        Span span = {file, p->offset, p->offset + (p->offset < p->text.n ? 1 : 0)};
        Diag *d = p->severity == SEV_ERROR
                      ? diag_error(r->lc->diags, p->code, span, "%.*s", STR_ARG(p->message))
                      : diag_warning(r->lc->diags, p->code, span, "%.*s", STR_ARG(p->message));
        if (p->help.n)
            diag_help(d, "%.*s", STR_ARG(p->help));
    }
    for (uint32_t i = 0; i < r->trees.n; i++)
        cJSON_Delete(r->trees.at[i]);
    pthread_mutex_destroy(&r->lock);
}
