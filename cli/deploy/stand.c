// What a stack's state means: for people, for scripts, and what to do next.
//
// In: CloudFormation's word. Out: a Stand. Invariant: a state that is not known is not called good.
#include "cli/deploy/deploy.h"

typedef struct Row {
    const char *status;
    Stand stand;
} Row;

static const Row ROWS[] = {
    {"CREATE_COMPLETE", {EXIT_DONE, "in order", ""}},
    {"UPDATE_COMPLETE", {EXIT_DONE, "in order", ""}},
    {"IMPORT_COMPLETE", {EXIT_DONE, "in order", ""}},
    {"IMPORT_ROLLBACK_COMPLETE", {EXIT_DONE, "in order", ""}},
    {"UPDATE_ROLLBACK_COMPLETE",
     {EXIT_FAILED, "the last deployment failed; what was there before is in force",
      "put right what failed, then `pluto deploy`"}},
    {"ROLLBACK_COMPLETE",
     {EXIT_FAILED, "the first deployment failed; nothing of it is left",
      "put right what failed, then `pluto deploy`"}},
    {"CREATE_FAILED",
     {EXIT_FAILED, "the first deployment failed and was left as it is",
      "`pluto rollback` goes back, `pluto deploy --no-rollback` tries again from there"}},
    {"UPDATE_FAILED",
     {EXIT_FAILED, "the last deployment failed and was left as it is",
      "`pluto rollback` goes back, `pluto deploy --no-rollback` tries again from there"}},
    {"ROLLBACK_FAILED",
     {EXIT_STUCK, "the first deployment failed, and so did taking it away", "`pluto destroy`"}},
    {"UPDATE_ROLLBACK_FAILED",
     {EXIT_STUCK, "the last deployment failed, and so did going back",
      "put right what failed, then `pluto rollback`; `--skip ID` leaves a resource as it is"}},
    {"IMPORT_ROLLBACK_FAILED",
     {EXIT_STUCK, "an import failed, and so did going back", "look at it in AWS's console"}},
    {"DELETE_IN_PROGRESS", {EXIT_BUSY, "being deleted", "`pluto destroy` follows it to its end"}},
    {"DELETE_FAILED",
     {EXIT_STUCK, "some of it could not be deleted",
      "`pluto destroy` tries again; `--retain ID` leaves a resource behind"}},
};

Stand stand_of(Str status) {
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (str_is(status, ROWS[i].status))
            return ROWS[i].stand;
    if (str_ends(status, "_IN_PROGRESS"))
        return (Stand){EXIT_BUSY, "an operation is under way",
                       "`pluto deploy --resume` follows it"};
    return (Stand){EXIT_STUCK, "a state that pluto does not know", "look at it in AWS's console"};
}

// What Express mode left as it failed goes on in Express mode alone.
Stand stand_of_stack(const AwsStack *stack) {
    Stand stand = stand_of(stack->status);
    if (!stack->express)
        return stand;
    if (str_is(stack->status, "UPDATE_FAILED"))
        stand.next = "`pluto deploy --express` goes on from there";
    else if (str_is(stack->status, "CREATE_FAILED"))
        stand.next = "`pluto destroy`, then `pluto deploy`";
    return stand;
}

Stand stand_with_endpoints(Stand stand, const AwsEndpointVec *endpoints) {
    static const Stand STANDS[] = {
        [AWS_ENDPOINT_COMING] = {EXIT_BUSY, "deployed; an endpoint is still coming up",
                                 "`pluto deploy` waits for it"},
        [AWS_ENDPOINT_BEHIND] = {EXIT_FAILED,
                                 "deployed, but an endpoint went back to what was there before",
                                 "`pluto deploy` moves it to what is deployed"},
        [AWS_ENDPOINT_DEAD] = {EXIT_FAILED, "deployed, but an endpoint failed",
                               "`pluto deploy` makes it anew"},
    };
    AwsEndpointState worst = AWS_ENDPOINT_WELL;
    for (uint32_t i = 0; i < endpoints->n; i++)
        if (endpoints->at[i].state > worst && endpoints->at[i].state <= AWS_ENDPOINT_DEAD)
            worst = endpoints->at[i].state;
    return worst == AWS_ENDPOINT_WELL ? stand : STANDS[worst];
}
