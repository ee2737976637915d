#pragma once
// AwsApi.look: who we would be to AWS, without asking. Private to adapters/aws.

#include "adapters/adapters.h"

bool aws_look(Arena *a, const AwsOptions *options, AwsLook *out, Err *err);
