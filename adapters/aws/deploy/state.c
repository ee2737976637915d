// What each stack state means.
//
// Input: CloudFormation's word. Output: ours. Invariant: a word that is not in the table is unknown
// and nothing is done with the stack, unless it says itself that an operation is under way.

#include "adapters/aws/deploy/state.h"

static const struct {
    const char *status;
    StackState state;
} STATES[] = {
    {"REVIEW_IN_PROGRESS", STACK_REVIEW},      {"CREATE_COMPLETE", STACK_READY},
    {"UPDATE_COMPLETE", STACK_READY},          {"IMPORT_COMPLETE", STACK_READY},
    {"UPDATE_ROLLBACK_COMPLETE", STACK_READY}, {"IMPORT_ROLLBACK_COMPLETE", STACK_READY},
    {"ROLLBACK_COMPLETE", STACK_REMAINS},      {"ROLLBACK_FAILED", STACK_JAMMED},
    {"CREATE_FAILED", STACK_PAUSED},           {"UPDATE_FAILED", STACK_PAUSED},
    {"UPDATE_ROLLBACK_FAILED", STACK_STUCK},   {"IMPORT_ROLLBACK_FAILED", STACK_STUCK},
    {"DELETE_FAILED", STACK_UNDEAD},           {"DELETE_COMPLETE", STACK_GONE},
};

StackState stack_state(Str status) {
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++)
        if (str_is(status, STATES[i].status))
            return STATES[i].state;
    return str_ends(status, "_IN_PROGRESS") ? STACK_BUSY : STACK_UNKNOWN;
}

bool status_under_way(Str status) {
    return str_ends(status, "_IN_PROGRESS");
}

bool status_failed(Str status) {
    return str_ends(status, "_FAILED");
}

bool status_rolled_back(Str status) {
    return str_contains(status, "ROLLBACK");
}

const char *status_operation(Str status) {
    static const struct {
        const char *start, *words;
    } rows[] = {
        {"CREATE", "a first deployment"}, {"UPDATE_ROLLBACK", "the rollback of an update"},
        {"UPDATE", "an update"},          {"ROLLBACK", "the rollback of a first deployment"},
        {"DELETE", "a deletion"},         {"IMPORT", "an import"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_starts(status, rows[i].start))
            return rows[i].words;
    return "an operation";
}
