// The tools of the machine: pluto and what it brings along, the package manager, git.
//
// Input: PATH, and what the project has. Output: findings. Invariant: compiling needs none of them,
// so none is bad when it is missing.

#include "cli/doctor/doctor.h"
#include "cli/doctor/ini.h"

#include <sys/stat.h>

static void look_at_pluto(Doctor *d) {
    Host *host = d->s->host;
    Str program = STR_EMPTY;
    host->real_path(host, d->a, STR("/proc/self/exe"), &program);
    doctor_add(d, "pluto", HEALTH_GOOD, str_fmt(d->a, "%s, %.*s", PLUTO_VERSION, STR_ARG(program)));
}

// ---- Packages -----------------------------------------------------------------------------------

typedef struct Manager {
    const char *lock, *name;
    const char *state; // what it writes last into node_modules, NULL: nothing of its own
} Manager;

static const Manager MANAGERS[] = {
    {"pnpm-lock.yaml", "pnpm", ".modules.yaml"},
    {"yarn.lock", "yarn", ".yarn-integrity"},
    {"bun.lock", "bun", NULL},
    {"bun.lockb", "bun", NULL},
    {"package-lock.json", "npm", ".package-lock.json"},
};

static HostType type_in(const Doctor *d, Str folder, const char *name) {
    return d->s->host->type(d->s->host, path_join(d->a, folder, str_of(name)));
}

// The nearest lock file, in the project or above it, as workspaces have it. NULL: none.
static const Manager *manager_find(const Doctor *d, Str *folder) {
    for (*folder = d->root;; *folder = path_dir(*folder)) {
        for (size_t i = 0; i < sizeof MANAGERS / sizeof *MANAGERS; i++)
            if (type_in(d, *folder, MANAGERS[i].lock) == HOST_FILE)
                return &MANAGERS[i];
        if (folder->n <= 1 || type_in(d, *folder, ".git") != HOST_NONE)
            return NULL;
    }
}

static bool is_newer(const Doctor *d, Str a, Str b) {
    struct stat x, y;
    if (stat(str_cstr(d->a, a), &x) != 0 || stat(str_cstr(d->a, b), &y) != 0)
        return false;
    return x.st_mtim.tv_sec > y.st_mtim.tv_sec;
}

static void look_at_modules(Doctor *d, const Manager *m, Str folder) {
    Str modules = path_join(d->a, folder, STR("node_modules"));
    Str install = str_fmt(d->a, "%s install", m->name);
    if (d->s->host->type(d->s->host, modules) != HOST_DIR) {
        Finding *f = doctor_add(d, "packages", HEALTH_NOTE,
                                STR("not installed; pluto compiles without them, tsc does not"));
        f->mend = str_fmt(d->a, "`%.*s`", STR_ARG(install));
        return;
    }
    Str state = m->state ? path_join(d->a, modules, str_of(m->state)) : modules;
    if (d->s->host->type(d->s->host, state) == HOST_NONE)
        state = modules;
    if (is_newer(d, path_join(d->a, folder, str_of(m->lock)), state)) {
        Finding *f = doctor_add(d, "packages", HEALTH_NOTE,
                                str_fmt(d->a, "node_modules is older than %s", m->lock));
        f->mend = str_fmt(d->a, "`%.*s`", STR_ARG(install));
        return;
    }
    doctor_add(d, "packages", HEALTH_GOOD, STR("installed"));
}

static void look_at_packages(Doctor *d) {
    static const Manager npm = {"package-lock.json", "npm", ".package-lock.json"};
    Str folder, path, version;
    if (!d->root.n || type_in(d, d->root, "package.json") != HOST_FILE)
        return;
    const Manager *m = manager_find(d, &folder);
    bool locked = m != NULL;
    if (!locked)
        m = &npm, folder = d->root;
    if (!program_find(d, m->name, &path)) {
        Finding *f = doctor_add(d, m->name, HEALTH_NOTE,
                                locked ? str_fmt(d->a, "not found; %s is its lock file", m->lock)
                                       : STR("not found"));
        f->mend = str_fmt(d->a, "install %s", m->name);
    } else if (program_version(d, path, &version)) {
        doctor_add(d, m->name, HEALTH_GOOD,
                   str_fmt(d->a, "%.*s, %.*s", STR_ARG(version), STR_ARG(path)));
    } else {
        doctor_add(d, m->name, HEALTH_NOTE,
                   str_fmt(d->a, "%.*s does not say its version", STR_ARG(path)));
    }
    // Without a lock file nothing says that anything is to be installed.
    if (locked)
        look_at_modules(d, m, folder);
}

// ---- git ----------------------------------------------------------------------------------------

static bool identity_in(const Doctor *d, Str path, Str *name, Str *email) {
    IniSettings all = ini_read(d->a, doctor_file(d, path));
    ini_find(&all, STR("user"), "name", name);
    ini_find(&all, STR("user"), "email", email);
    return name->n && email->n;
}

static void look_at_git(Doctor *d) {
    Str home = doctor_env(d, "HOME"), config = doctor_env(d, "XDG_CONFIG_HOME");
    if (!config.n && home.n)
        config = path_join(d->a, home, STR(".config"));
    Str places[] = {
        STR("/etc/gitconfig"),
        config.n ? path_join(d->a, config, STR("git/config")) : STR_EMPTY,
        home.n ? path_join(d->a, home, STR(".gitconfig")) : STR_EMPTY,
        d->root.n ? path_join(d->a, d->root, STR(".git/config")) : STR_EMPTY,
    };
    Str name = STR_EMPTY, email = STR_EMPTY;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        identity_in(d, places[i], &name, &email);
    if (doctor_env(d, "GIT_AUTHOR_NAME").n)
        name = doctor_env(d, "GIT_AUTHOR_NAME");
    if (doctor_env(d, "GIT_AUTHOR_EMAIL").n)
        email = doctor_env(d, "GIT_AUTHOR_EMAIL");
    if (name.n && email.n) {
        doctor_add(d, "git", HEALTH_GOOD,
                   str_fmt(d->a, "commits as %.*s <%.*s>", STR_ARG(name), STR_ARG(email)));
        return;
    }
    Finding *f = doctor_add(d, "git", HEALTH_NOTE,
                            STR("no name and address are set; `pluto new` commits as pluto"));
    f->mend = STR("`git config --global user.name NAME`, the same for user.email");
}

void doctor_tools(Doctor *d) {
    look_at_pluto(d);
    doctor_kit(d);
    look_at_packages(d);
    look_at_git(d);
}
