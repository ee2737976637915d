#pragma once
// What each of CloudFormation's stack states means to whoever wants to change the stack. Private to
// adapters/aws/deploy.

#include "base/base.h"

typedef enum StackState {
    STACK_READY,   // can be updated
    STACK_REVIEW,  // a name with change sets and nothing else
    STACK_REMAINS, // of a first deployment that failed; has to go before the next
    STACK_JAMMED,  // the same, and it could not even be taken away
    STACK_PAUSED,  // failed, and was left as it is
    STACK_STUCK,   // a rollback that failed
    STACK_UNDEAD,  // a deletion that failed
    STACK_BUSY,    // an operation is under way
    STACK_GONE,
    STACK_UNKNOWN, // a state that this program has never heard of
} StackState;

StackState stack_state(Str status);
bool status_under_way(Str status);
bool status_failed(Str status);      // "…_FAILED"
bool status_rolled_back(Str status); // a rollback, or on the way to one
// What is under way, for people: "an update", "a deletion".
const char *status_operation(Str status);
