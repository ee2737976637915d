// ECR: which images of which registry are there in which region. fake.images: 'account/region/repository:tag' or '…@digest'.

import { accessDenied, AwsError } from '../wire/errors.mjs';
import { table } from './json.mjs';

export const handle = table({
    DescribeImages: [
        'registryId repositoryName! imageIds nextToken maxResults filter',
        (fake, region, input, call) => {
            const registry = input.registryId ?? region.account.id;
            const base = `${registry}/${region.name}/${input.repositoryName}`;
            const known = [...fake.images].filter((i) => i.startsWith(`${base}:`) || i.startsWith(`${base}@`));
            // The registries of others tell nothing, but where an image of theirs is known.
            const open = [...fake.images].some((i) => i.startsWith(`${registry}/`));
            if (!open && registry !== region.account.id)
                throw accessDenied(
                    call.identity,
                    'ecr:DescribeImages',
                    region.arn('ecr', `repository/${input.repositoryName}`).replace(region.account.id, registry),
                );
            if (!known.length)
                throw new AwsError(
                    'RepositoryNotFoundException',
                    `The repository with name '${input.repositoryName}' does not exist in the registry with id '${registry}'`,
                    400,
                );
            const wanted = input.imageIds ?? known.map((i) => ({ imageTag: i.slice(base.length + 1) }));
            return {
                imageDetails: wanted.map((image) => {
                    const name = image.imageDigest ? `${base}@${image.imageDigest}` : `${base}:${image.imageTag}`;
                    if (!fake.images.has(name)) {
                        throw new AwsError(
                            'ImageNotFoundException',
                            `The image with imageId {imageDigest:'${image.imageDigest ?? 'null'}', imageTag:'${image.imageTag ?? 'null'}'} does not exist within the repository with name '${input.repositoryName}' in the registry with id '${registry}'`,
                            400,
                        );
                    }
                    return {
                        registryId: registry,
                        repositoryName: input.repositoryName,
                        imageTags: image.imageTag ? [image.imageTag] : [],
                        imageDigest: image.imageDigest ?? `sha256:${'0'.repeat(64)}`,
                        imageSizeInBytes: 5_000_000_000,
                        imagePushedAt: 1.7e9,
                    };
                }),
            };
        },
    ],
    GetAuthorizationToken: [
        'registryIds',
        () => ({
            authorizationData: [
                { authorizationToken: 'QVdTOmZha2U=', expiresAt: 4e9, proxyEndpoint: 'https://example.invalid' },
            ],
        }),
    ],
});
