// How an operation on AWS ended, as an exit code and as a word. In: the engine's end. Out: what
// scripts go by. Invariant: every end has its row.
#include "cli/deploy/deploy.h"

static const struct {
    int code;
    const char *word;
} ENDS[AWS_END_COUNT] = {
    [AWS_END_CREATED] = {EXIT_DONE, "created"},
    [AWS_END_UPDATED] = {EXIT_DONE, "updated"},
    [AWS_END_UNCHANGED] = {EXIT_DONE, "unchanged"},
    [AWS_END_DESTROYED] = {EXIT_DONE, "destroyed"},
    [AWS_END_DONE] = {EXIT_DONE, "done"},
    [AWS_END_NOTHING] = {EXIT_DONE, "nothing"},
    [AWS_END_PLANNED] = {EXIT_DONE, "planned"},
    [AWS_END_DECLINED] = {EXIT_DETACHED, "declined"},
    [AWS_END_WORLD] = {EXIT_WORLD, "unavailable"},
    [AWS_END_FAILED] = {EXIT_FAILED, "failed"},
    [AWS_END_STUCK] = {EXIT_STUCK, "stuck"},
    [AWS_END_BUSY] = {EXIT_BUSY, "busy"},
    [AWS_END_DENIED] = {EXIT_DENIED, "denied"},
    [AWS_END_LIMIT] = {EXIT_LIMIT, "limit"},
    [AWS_END_UNSAFE] = {EXIT_UNSAFE, "refused"},
    [AWS_END_INTERRUPTED] = {EXIT_DETACHED, "interrupted"},
    [AWS_END_DETACHED] = {EXIT_DETACHED, "detached"},
};

int end_code(AwsEnd end) {
    return ENDS[end].code;
}

const char *end_word(AwsEnd end) {
    return ENDS[end].word;
}

bool end_is_bad(AwsEnd end) {
    return end >= AWS_END_WORLD;
}
