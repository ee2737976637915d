// S3 by boto3: buckets of the account's own namespace, what protects them, objects once and only once, versions, parts.

import { bytes, end, equal, like, refused, sleep, world } from './world.mjs';

async function* buckets({ fake, client }) {
    const s3 = (call, params, how) => client.call('s3', call, params, how);
    yield [
        'made where they are asked for',
        async () => {
            await s3('create_bucket', { Bucket: 'plain-one' });
            await s3(
                'create_bucket',
                { Bucket: 'plain-eu', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
                { region: 'eu-west-1' },
            );
            await refused(
                s3('create_bucket', { Bucket: 'plain-us2' }, { region: 'us-east-2' }),
                'IllegalLocationConstraintException',
                /^The unspecified location constraint is incompatible for the region specific endpoint this request was sent to\.$/,
            );
            await refused(
                s3(
                    'create_bucket',
                    { Bucket: 'plain-us2', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
                    { region: 'us-east-2' },
                ),
                'IllegalLocationConstraintException',
                /^The eu-west-1 location constraint is incompatible/,
            );
            await s3('create_bucket', { Bucket: 'plain-one' });
            await refused(
                s3(
                    'create_bucket',
                    { Bucket: 'plain-eu', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
                    { region: 'eu-west-1' },
                ),
                'BucketAlreadyOwnedByYou',
            );
            fake.putBucket('squatted', { owner: '999999999999' });
            await refused(s3('create_bucket', { Bucket: 'squatted' }), 'BucketAlreadyExists');
            equal((await refused(s3('head_bucket', { Bucket: 'squatted' }), '403')).status, 403);
            equal((await refused(s3('head_bucket', { Bucket: 'nobodys' }), '404')).status, 404);
            equal(
                (await s3('get_bucket_location', { Bucket: 'plain-eu' }, { region: 'eu-west-1' })).LocationConstraint,
                'eu-west-1',
            );
        },
    ];
    yield [
        'in the namespace of the account and region',
        async () => {
            const Bucket = 'pluto-123456789012-us-east-1-an';
            await s3('create_bucket', { Bucket, BucketNamespace: 'account-regional' });
            await refused(
                s3('create_bucket', { Bucket: 'pluto-999999999999-us-east-1-an', BucketNamespace: 'account-regional' }),
                'InvalidBucketName',
            );
            await refused(s3('create_bucket', { Bucket: 'pluto2-123456789012-us-east-1-an' }), 'InvalidBucketName');
            fake.options.noBucketNamespaces = true;
            equal(
                (
                    await refused(
                        s3('create_bucket', {
                            Bucket: 'pluto3-123456789012-us-east-1-an',
                            BucketNamespace: 'account-regional',
                        }),
                        'NotImplemented',
                    )
                ).status,
                501,
            );
            fake.options.noBucketNamespaces = false;
        },
    ];
    yield [
        'of another region: told where',
        async () => {
            await s3('head_bucket', { Bucket: 'plain-eu' }); // boto3 goes where it is told
            equal(
                fake.requests.slice(-2).map((r) => [r.status, r.region]),
                [
                    [301, 'us-east-1'],
                    [200, 'eu-west-1'],
                ],
            );
            await s3('list_objects_v2', { Bucket: 'plain-eu' }, { region: 'eu-west-1', proxy: true });
            equal(fake.requests.at(-1).host, 'plain-eu.s3.eu-west-1.amazonaws.com');
        },
    ];
    yield [
        'of another owner than expected',
        async () => {
            await s3('head_bucket', { Bucket: 'plain-one', ExpectedBucketOwner: '123456789012' });
            await refused(
                s3('list_objects_v2', { Bucket: 'plain-one', ExpectedBucketOwner: '999999999999' }),
                'AccessDenied',
            );
        },
    ];
    yield [
        'set up: everything back as it was put',
        async () => {
            const Bucket = 'plain-one';
            await refused(s3('get_public_access_block', { Bucket }), 'NoSuchPublicAccessBlockConfiguration');
            const block = {
                BlockPublicAcls: true,
                IgnorePublicAcls: true,
                BlockPublicPolicy: true,
                RestrictPublicBuckets: true,
            };
            await s3('put_public_access_block', { Bucket, PublicAccessBlockConfiguration: block });
            equal((await s3('get_public_access_block', { Bucket })).PublicAccessBlockConfiguration, block);
            await s3('put_bucket_encryption', {
                Bucket,
                ServerSideEncryptionConfiguration: {
                    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
                },
            });
            await s3('put_bucket_ownership_controls', {
                Bucket,
                OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
            });
            await s3('put_bucket_lifecycle_configuration', {
                Bucket,
                LifecycleConfiguration: {
                    Rules: [
                        {
                            ID: 'x',
                            Status: 'Enabled',
                            Filter: {},
                            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
                        },
                    ],
                },
            });
            equal(
                (await s3('get_bucket_lifecycle_configuration', { Bucket })).Rules[0].AbortIncompleteMultipartUpload,
                { DaysAfterInitiation: 7 },
            );
            await s3('put_bucket_policy', {
                Bucket,
                Policy: JSON.stringify({
                    Version: '2012-10-17',
                    Statement: [
                        {
                            Effect: 'Deny',
                            Principal: '*',
                            Action: 's3:*',
                            Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
                            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
                        },
                    ],
                }),
            });
            like((await s3('get_bucket_policy', { Bucket })).Policy, /SecureTransport/);
            await refused(
                s3('put_bucket_policy', {
                    Bucket,
                    Policy: JSON.stringify({
                        Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::other' }],
                    }),
                }),
                'MalformedPolicy',
                /^Policy has invalid resource$/,
            );
            await s3('put_bucket_tagging', { Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
            equal((await s3('get_bucket_tagging', { Bucket })).TagSet, [{ Key: 'a', Value: 'b' }]);
            await s3('put_bucket_versioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
            equal((await s3('get_bucket_versioning', { Bucket })).Status, 'Enabled');
        },
    ];
    yield [
        'set up without a checksum: refused',
        async () => {
            const body =
                '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>';
            const put = (headers) =>
                client.send({
                    raw: { service: 's3', method: 'PUT', path: '/plain-one?publicAccessBlock=', body, headers },
                });
            like(
                (await put({})).body,
                /<Code>InvalidRequest<\/Code><Message>Missing required header for this request: Content-MD5 OR x-amz-checksum-\*/,
            );
            like((await put({ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })).body, /BadDigest/);
        },
    ];
    yield [
        'deleted when they are empty',
        async () => {
            fake.putObject('plain-eu', 'k', 'x');
            await refused(
                s3('delete_bucket', { Bucket: 'plain-eu' }, { region: 'eu-west-1' }),
                'BucketNotEmpty',
                /^The bucket you tried to delete is not empty$/,
            );
            await s3(
                'delete_objects',
                { Bucket: 'plain-eu', Delete: { Objects: [{ Key: 'k' }] } },
                { region: 'eu-west-1' },
            );
            await s3('delete_bucket', { Bucket: 'plain-eu' }, { region: 'eu-west-1' });
        },
    ];
    yield [
        'not there at once, where the fake is told so',
        async () => {
            fake.options.bucketDelayMs = 150;
            await s3('create_bucket', { Bucket: 'slow-bucket' });
            await refused(s3('head_bucket', { Bucket: 'slow-bucket' }), '404');
            await sleep(160);
            await s3('head_bucket', { Bucket: 'slow-bucket' });
            fake.options.bucketDelayMs = 0;
        },
    ];
}

async function* objects({ fake, client }) {
    const Bucket = 'things';
    const s3 = (call, params, how) => client.call('s3', call, { Bucket, ...params }, how);
    yield [
        'put, read, found, in pieces',
        async () => {
            fake.putBucket(Bucket);
            for (const how of [{}, { http: true }, { proxy: true }]) {
                await s3(
                    'put_object',
                    { Key: 'a/b c+d.txt', Body: bytes('hello'), ContentType: 'text/plain', Metadata: { who: 'me' } },
                    how,
                );
                const got = await s3('get_object', { Key: 'a/b c+d.txt' }, how);
                equal([got.Body, got.ContentType, got.Metadata], ['hello', 'text/plain', { who: 'me' }]);
            }
            equal((await s3('head_object', { Key: 'a/b c+d.txt' })).ContentLength, 5);
            equal((await s3('get_object', { Key: 'a/b c+d.txt', Range: 'bytes=1-3' })).Body, 'ell');
            await refused(s3('get_object', { Key: 'none' }), 'NoSuchKey', /^The specified key does not exist\.$/);
            await refused(s3('head_object', { Key: 'none' }), '404');
        },
    ];
    yield [
        'put once',
        async () => {
            await s3('put_object', { Key: 'once', Body: bytes('1'), IfNoneMatch: '*' });
            equal(
                (
                    await refused(
                        s3('put_object', { Key: 'once', Body: bytes('2'), IfNoneMatch: '*' }),
                        'PreconditionFailed',
                    )
                ).status,
                412,
            );
            equal((await s3('get_object', { Key: 'once' })).Body, '1');
        },
    ];
    yield [
        'with a checksum: kept, compared',
        async () => {
            await s3('put_object', {
                Key: 'sum',
                Body: bytes('x'),
                ChecksumSHA256: 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
            });
            equal(
                (await s3('head_object', { Key: 'sum', ChecksumMode: 'ENABLED' })).ChecksumSHA256,
                'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
            );
            await refused(
                s3('put_object', {
                    Key: 'sum',
                    Body: bytes('y'),
                    ChecksumSHA256: 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
                }),
                'BadDigest',
            );
        },
    ];
    yield [
        'listed in pages and folders',
        async () => {
            for (let i = 0; i < 25; i++) fake.putObject(Bucket, `list/${String(i % 3)}/${i}`, 'x');
            const pages = await s3('list_objects_v2', { Prefix: 'list/', MaxKeys: 7 });
            equal([pages.KeyCount, pages.IsTruncated], [7, true]);
            const all = await client.call(
                's3',
                'list_objects_v2',
                { Bucket, Prefix: 'list/', PaginationConfig: { PageSize: 7 } },
                { paginate: true },
            );
            equal(all.flatMap((p) => p.Contents).length, 25);
            const folders = await s3('list_objects_v2', { Prefix: 'list/', Delimiter: '/' });
            equal(
                folders.CommonPrefixes.map((p) => p.Prefix),
                ['list/0/', 'list/1/', 'list/2/'],
            );
        },
    ];
    yield [
        'versions and delete markers',
        async () => {
            await s3('put_bucket_versioning', { VersioningConfiguration: { Status: 'Enabled' } });
            const first = await s3('put_object', { Key: 'v', Body: bytes('one') });
            await s3('put_object', { Key: 'v', Body: bytes('two') });
            equal((await s3('get_object', { Key: 'v', VersionId: first.VersionId })).Body, 'one');
            equal((await s3('delete_object', { Key: 'v' })).DeleteMarker, true);
            await refused(s3('get_object', { Key: 'v' }), 'NoSuchKey');
            const { Versions, DeleteMarkers } = await s3('list_object_versions', { Prefix: 'v' });
            equal([Versions.length, DeleteMarkers.length, DeleteMarkers[0].IsLatest], [2, 1, true]);
            await s3('delete_objects', {
                Delete: { Objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId })) },
            });
            equal((await s3('list_object_versions', { Prefix: 'v' })).Versions, undefined);
        },
    ];
    yield [
        'in parts',
        async () => {
            const { UploadId } = await s3('create_multipart_upload', { Key: 'big' });
            const part = 'x'.repeat(5 << 20);
            const etags = [];
            for (const [i, body] of [part, 'end'].entries())
                etags.push(
                    (await s3('upload_part', { Key: 'big', UploadId, PartNumber: i + 1, Body: bytes(body) })).ETag,
                );
            equal((await s3('list_parts', { Key: 'big', UploadId })).Parts.length, 2);
            await refused(
                s3('complete_multipart_upload', {
                    Key: 'big',
                    UploadId,
                    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] },
                }),
                'InvalidPart',
            );
            const done = await s3('complete_multipart_upload', {
                Key: 'big',
                UploadId,
                MultipartUpload: { Parts: etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 })) },
            });
            like(done.ETag, /-2"$/);
            equal((await s3('head_object', { Key: 'big' })).ContentLength, (5 << 20) + 3);
            const { UploadId: other } = await s3('create_multipart_upload', { Key: 'big2' });
            equal(
                (await s3('list_multipart_uploads', {})).Uploads.map((u) => u.Key),
                ['big2'],
            );
            await s3('abort_multipart_upload', { Key: 'big2', UploadId: other });
            await refused(s3('list_parts', { Key: 'big2', UploadId: other }), 'NoSuchUpload');
        },
    ];
}

export async function* cases() {
    const w = await world();
    yield* buckets(w);
    yield* objects(w);
    yield* end(w);
}
