// Where `pluto run` leaves what others ask for. In: the project's folder. Out: paths below it.
//
// Invariant: names of logs are made here as the run adapter makes them.

#include "cli/run/local.h"
#include "cli/project/project.h"
#include "generator/generator.h"

bool local_folder(Session *s, Str *out, Err *err) {
    Project project;
    Str where = s->args.project.n ? s->args.project : STR(".");
    if (!project_open(s->arena, s->host, where, STR_EMPTY, &kind_table, s->sources, s->diags,
                      &project, err))
        return false;
    *out = path_join(s->arena, project.root, STR(".pluto/local"));
    return true;
}

Str local_log_name(Arena *a, Str function) {
    static const char prefix[] = "Function/";
    Str name = str_starts(function, prefix) ? str_slice(function, sizeof prefix - 1, function.n)
                                            : function;
    char *text = str_cstr(a, name);
    for (char *p = text; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_' || (*p == '.' && p > text);
        if (!plain)
            *p = '-';
    }
    return str_of(text);
}
