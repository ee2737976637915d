#pragma once
// Images in registries. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct EcrImage {
    Str registry, region, repository;
    Str tag, digest; // one of them
} EcrImage;

typedef enum EcrLook { ECR_THERE, ECR_NO_REPOSITORY, ECR_NO_IMAGE, ECR_UNKNOWN } EcrLook;

// "123456789012.dkr.ecr.eu-west-1.amazonaws.com/models/llama:3"; false where it is no such address.
bool ecr_image_read(Str address, EcrImage *out);
// ECR_UNKNOWN: it may not be asked for, as in most registries of others.
bool ecr_look(Client *c, Arena *a, const EcrImage *image, EcrLook *out, Err *err);
