#pragma once
// The container images of models: where they are pulled from, in which region.

#include "generator/lowering.h"

// <account>.dkr.ecr.<region>.<suffix>/<repository>[:tag|@digest]
typedef struct Image {
    Str account, region, repository;
    Str version; // ":tag" or "@digest" or empty
    bool shared; // one of AWS's Deep Learning Containers, which stand in each region
} Image;

// False where the text is not the address of an image in Amazon ECR.
bool image_parse(Str uri, Image *out);

typedef struct ImageUse {
    Json *uri;        // for AWS::SageMaker::Model
    Json *repository; // the repository's ARN
} ImageUse;

// The image for the stack's region; false after a diagnostic. A shared image is taken from the
// region of the stack wherever the program took it from, and a template for any region looks it up.
bool image_use(Gen *g, const ArchResource *r, Str uri, ImageUse *out);

// The account that holds the Deep Learning Containers in the region, or the empty slice.
Str image_account(Str region);
