// Where `pluto run` leaves what others ask for. In: the project's folder. Out: paths below it.
// Invariant: nothing is made or asked of it here, so it may not be there.

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
