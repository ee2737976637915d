#pragma once
// What following an operation remembers from round to round. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/work.h"

typedef struct FollowedStack {
    Str id, path; // ARN; logical ids of the nested stacks down to it, "" for the main one
    bool ending;  // its parent says that it has ended: one more look
    bool over;
} FollowedStack;

typedef struct Follow {
    Work *k;
    Str token, since;
    Vec(FollowedStack) stacks; // the main one first
    Map seen;                  // events
    Map touched;               // "path/id" → AwsResource
    Map progress;              // endpoint → what was said of it last
    HappenedVec happened;
    Str status;     // as it was read last
    AwsStack stack; // likewise, where `there`
    bool there;
    Str own_status; // as the stack's own last event says
    bool heard;     // something, in this round
    bool ended;     // the stack's own last event speaks of an end
    uint32_t quiet, unanswered, done;
    double last_news, last_progress;
} Follow;

// Why a resource takes long, where its service tells.
void progress_look(Follow *f, Arena *scratch);
