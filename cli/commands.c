// The commands, in the order in which help shows them: one row each, kept in the command's own
// file.
#include "cli/session.h"

const Command *const commands[] = {
    &command_new,        &command_init,
    &command_graph,      &command_build,
    &command_generate,   &command_diff,
    &command_deploy,     &command_destroy,
    &command_bootstrap,  &command_status,
    &command_outputs,    &command_rollback,
    &command_drift,      &command_stack,
    &command_watch,      &command_run,
    &command_invoke,     &command_logs,
    &command_why,        &command_explain,
    &command_kinds,      &command_doctor,
    &command_completion, &command_help,
    &command_version,    NULL,
};
