#pragma once
// The container of a model: image, environment, and the model's data.

#include "generator/cfn/iam.h"

// One production variant of an endpoint, with everything that the endpoint's options give it.
typedef struct Variant {
    Str name;
    Str image, instance_type;
    double instance_count, weight;
    const ArchValue *envs[2]; // `envs` and `environment`, NULL where not given
    Str model_data;           // empty: none
} Variant;

typedef Vec(Variant) VariantVec;

// The variants of a SageMaker resource, checked; at least one.
VariantVec variants_of(Gen *g, const Node *n);

// The literal value of a variable, or the empty slice.
Str variant_literal(const Variant *v, const char *name);

// AWS::SageMaker::Model's container. NULL after a diagnostic. Permits pulling the image and reading
// the data in `policy`.
Json *container_json(Gen *g, const Node *n, const Variant *v, Policy *policy);
// Whether the container can do without a network.
bool container_isolated(const Node *n, const Variant *v);
