// Operations on buckets: made, described, set up, listed, emptied, deleted.

import { AwsError } from '../wire/errors.mjs';
import { child, childrenOf, childText, parse, write } from '../wire/xml.mjs';
import { byBytes, newBucket, validBucketName } from './buckets.mjs';
import { requireChecksum } from './checksums.mjs';

const NS = 'http://s3.amazonaws.com/doc/2006-03-01/';
export const xml = (name, value, status = 200) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(
        `<?xml version="1.0" encoding="UTF-8"?>\n${write(name, value, 'flat').replace(`<${name}>`, `<${name} xmlns="${NS}">`)}`,
    ),
});

export function readXml(body, name) {
    try {
        const element = parse(body.toString());
        if (element.name !== name) throw new Error(name);
        return element;
    } catch {
        throw new AwsError(
            'MalformedXML',
            'The XML you provided was not well-formed or did not validate against our published schema',
            400,
        );
    }
}

// Names of the account's own namespace end in -<account>-<region>-an and need the header; others must not have it.
function checkNamespace(fake, call) {
    const header = call.request.headers['x-amz-bucket-namespace'];
    const suffix = `-${fake.account.id}-${call.region}-an`;
    if (header !== undefined && fake.options.noBucketNamespaces)
        throw new AwsError(
            'NotImplemented',
            'A header you provided implies functionality that is not implemented',
            501,
            { Header: 'x-amz-bucket-namespace' },
        );
    if (header !== undefined && !['account-regional', 'global'].includes(header))
        throw new AwsError('InvalidArgument', 'Invalid bucket namespace', 400, {
            ArgumentName: 'x-amz-bucket-namespace',
            ArgumentValue: header,
        });
    if (header === 'account-regional' && !call.bucket.endsWith(suffix))
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: call.bucket });
    if (header !== 'account-regional' && /-\d{12}-[a-z0-9-]+-an$/.test(call.bucket))
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: call.bucket });
}

function createBucket(fake, call) {
    const { bucket, body, region } = call;
    if (!validBucketName(bucket))
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: bucket });
    checkNamespace(fake, call);
    const wanted = body.length
        ? childText(readXml(body, 'CreateBucketConfiguration'), 'LocationConstraint')
        : undefined;
    if (wanted === 'us-east-1')
        throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
            LocationConstraint: wanted,
        });
    const place = wanted === undefined ? 'us-east-1' : wanted === 'EU' ? 'eu-west-1' : wanted;
    if (place !== region) {
        throw new AwsError(
            'IllegalLocationConstraintException',
            wanted === undefined
                ? 'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.'
                : `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
            400,
        );
    }
    const known = fake.account.buckets.get(bucket);
    if (known && known.owner !== fake.account.id)
        throw new AwsError(
            'BucketAlreadyExists',
            'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
            409,
            { BucketName: bucket },
        );
    if (known && !(region === 'us-east-1' && known.region === region))
        throw new AwsError(
            'BucketAlreadyOwnedByYou',
            'Your previous request to create the named bucket succeeded and you already own it.',
            409,
            { BucketName: bucket },
        );
    if (!known) {
        const made = newBucket(bucket, region, fake.account.id);
        if (fake.options.bucketDelayMs) made.readyAt = fake.now() + fake.options.bucketDelayMs;
        fake.account.buckets.set(bucket, made);
    }
    return { headers: { location: `/${bucket}` } };
}

const RULES = {
    publicAccessBlock: [
        'PublicAccessBlockConfiguration',
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
    ],
    encryption: [
        'ServerSideEncryptionConfiguration',
        'ServerSideEncryptionConfigurationNotFoundError',
        'The server side encryption configuration was not found',
    ],
    ownershipControls: [
        'OwnershipControls',
        'OwnershipControlsNotFoundError',
        'The bucket ownership controls were not found',
    ],
    lifecycle: ['LifecycleConfiguration', 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    tagging: ['Tagging', 'NoSuchTagSet', 'The TagSet does not exist'],
};

function put(name) {
    return (fake, call) => {
        requireChecksum(call);
        const element = readXml(call.body, RULES[name][0]);
        if (name === 'lifecycle') checkLifecycle(element);
        call.found.settings.set(name, call.body.toString());
        return { status: name === 'tagging' ? 204 : 200 };
    };
}

function checkLifecycle(element) {
    for (const rule of childrenOf(element, 'Rule')) {
        const fine =
            ['Enabled', 'Disabled'].includes(childText(rule, 'Status')) &&
            (child(rule, 'Filter') || child(rule, 'Prefix')) &&
            rule.children.some((c) =>
                /^(Expiration|Transition|NoncurrentVersionExpiration|NoncurrentVersionTransition|AbortIncompleteMultipartUpload)$/.test(
                    c.name,
                ),
            );
        if (!fine)
            throw new AwsError(
                'MalformedXML',
                'The XML you provided was not well-formed or did not validate against our published schema',
                400,
            );
    }
}

const get =
    (name) =>
    (fake, { found }) => {
        const text = found.settings.get(name);
        if (text === undefined) throw new AwsError(RULES[name][1], RULES[name][2], 404, { BucketName: found.name });
        return { headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
    };

const remove =
    (name) =>
    (fake, { found }) => {
        found.settings.delete(name);
        return { status: 204 };
    };

function putPolicy(fake, call) {
    requireChecksum(call);
    let policy;
    try {
        policy = JSON.parse(call.body);
    } catch {
        throw new AwsError('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'", 400);
    }
    if (!policy.Statement?.length) throw new AwsError('MalformedPolicy', 'Missing required field Statement', 400);
    for (const s of policy.Statement) {
        if (!s.Principal) throw new AwsError('MalformedPolicy', 'Missing required field Principal', 400);
        if ([s.Resource].flat().some((r) => !new RegExp(`^arn:[^:]+:s3:::${call.found.name}(/.*)?$`).test(r)))
            throw new AwsError('MalformedPolicy', 'Policy has invalid resource', 400);
    }
    call.found.settings.set('policy', call.body.toString());
    return { status: 204 };
}

function listObjects(fake, { found, query }) {
    const prefix = query.get('prefix') ?? '',
        delimiter = query.get('delimiter') ?? '';
    const from = query.get('continuation-token')
        ? Buffer.from(query.get('continuation-token'), 'base64url').toString()
        : (query.get('start-after') ?? '');
    const max = Math.min(Number(query.get('max-keys') ?? fake.options.pageSize ?? 1000), 1000);
    const keys = found.keys().filter((k) => k.startsWith(prefix) && (from === '' || byBytes(k, from) > 0));
    const contents = [],
        prefixes = new Set();
    let last,
        truncated = false;
    for (const key of keys) {
        const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
        const group = at >= 0 ? key.slice(0, at + delimiter.length) : undefined;
        if (contents.length + prefixes.size >= max && !prefixes.has(group)) {
            truncated = true;
            break;
        }
        last = key;
        if (group !== undefined) prefixes.add(group);
        else contents.push(key);
    }
    const encode =
        query.get('encoding-type') === 'url' ? (k) => encodeURIComponent(k).replaceAll('%2F', '/') : (k) => k;
    return xml('ListBucketResult', {
        Name: found.name,
        Prefix: encode(prefix),
        Delimiter: delimiter || undefined,
        MaxKeys: max,
        KeyCount: contents.length + prefixes.size,
        IsTruncated: truncated,
        ContinuationToken: query.get('continuation-token'),
        NextContinuationToken: truncated ? Buffer.from(last).toString('base64url') : undefined,
        StartAfter: query.get('start-after'),
        EncodingType: query.get('encoding-type'),
        Contents: contents.map((key) => {
            const o = found.current(key);
            return {
                Key: encode(key),
                LastModified: o.modified,
                ETag: o.etag,
                Size: o.body.length,
                StorageClass: 'STANDARD',
            };
        }),
        CommonPrefixes: [...prefixes].map((p) => ({ Prefix: encode(p) })),
    });
}

function listVersions(fake, { found, query }) {
    const prefix = query.get('prefix') ?? '';
    const max = Math.min(Number(query.get('max-keys') ?? fake.options.pageSize ?? 1000), 1000);
    const all = [...found.objects.keys()]
        .filter((k) => k.startsWith(prefix))
        .sort(byBytes)
        .flatMap((k) => [...found.objects.get(k)].reverse().map((v, i) => ({ ...v, latest: i === 0 })));
    const marker = query.get('key-marker'),
        versionMarker = query.get('version-id-marker');
    const start = marker
        ? all.findIndex((v) => v.key === marker && (!versionMarker || v.versionId === versionMarker)) + 1
        : 0;
    const items = all.slice(start, start + max);
    const view = (v) => ({
        Key: v.key,
        VersionId: v.versionId,
        IsLatest: v.latest,
        LastModified: v.modified,
        ...(v.marker ? {} : { ETag: v.etag, Size: v.body.length, StorageClass: 'STANDARD' }),
    });
    const truncated = start + max < all.length;
    return xml('ListVersionsResult', {
        Name: found.name,
        Prefix: prefix,
        KeyMarker: marker ?? '',
        VersionIdMarker: versionMarker ?? '',
        MaxKeys: max,
        IsTruncated: truncated,
        NextKeyMarker: truncated ? items.at(-1).key : undefined,
        NextVersionIdMarker: truncated ? items.at(-1).versionId : undefined,
        Version: items.filter((v) => !v.marker).map(view),
        DeleteMarker: items.filter((v) => v.marker).map(view),
    });
}

function deleteObjects(fake, call) {
    requireChecksum(call);
    const element = readXml(call.body, 'Delete');
    const quiet = childText(element, 'Quiet') === 'true';
    const objects = childrenOf(element, 'Object');
    if (!objects.length || objects.length > 1000)
        throw new AwsError(
            'MalformedXML',
            'The XML you provided was not well-formed or did not validate against our published schema',
            400,
        );
    const Deleted = objects.map((o) => {
        const [Key, VersionId] = [child(o, 'Key').text, childText(o, 'VersionId')];
        if (VersionId) call.found.removeVersion(Key, VersionId);
        else call.found.remove(Key);
        return { Key, VersionId };
    });
    return xml('DeleteResult', { Deleted: quiet ? [] : Deleted });
}

export const bucketOperations = {
    ListBuckets: (fake) =>
        xml('ListAllMyBucketsResult', {
            Owner: { ID: 'owner' },
            Buckets: {
                Bucket: [...fake.account.buckets.values()]
                    .filter((b) => b.owner === fake.account.id)
                    .map((b) => ({ Name: b.name, CreationDate: b.created, BucketRegion: b.region })),
            },
        }),
    CreateBucket: createBucket,
    HeadBucket: (fake, { found }) => ({ headers: { 'x-amz-bucket-region': found.region } }),
    DeleteBucket(fake, { found }) {
        if (found.objects.size)
            throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
                BucketName: found.name,
            });
        fake.account.buckets.delete(found.name);
        return { status: 204 };
    },
    GetBucketLocation: (fake, { found }) => ({
        headers: { 'content-type': 'application/xml' },
        body: Buffer.from(
            `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${NS}">${found.region === 'us-east-1' ? '' : found.region}</LocationConstraint>`,
        ),
    }),
    PutPublicAccessBlock: put('publicAccessBlock'),
    GetPublicAccessBlock: get('publicAccessBlock'),
    DeletePublicAccessBlock: remove('publicAccessBlock'),
    PutBucketEncryption: put('encryption'),
    GetBucketEncryption: get('encryption'),
    DeleteBucketEncryption: remove('encryption'),
    PutBucketOwnershipControls: put('ownershipControls'),
    GetBucketOwnershipControls: get('ownershipControls'),
    DeleteBucketOwnershipControls: remove('ownershipControls'),
    PutBucketLifecycleConfiguration: put('lifecycle'),
    GetBucketLifecycleConfiguration: get('lifecycle'),
    DeleteBucketLifecycle: remove('lifecycle'),
    PutBucketTagging: put('tagging'),
    GetBucketTagging: get('tagging'),
    DeleteBucketTagging: remove('tagging'),
    PutBucketVersioning(fake, call) {
        requireChecksum(call);
        const status = childText(readXml(call.body, 'VersioningConfiguration'), 'Status');
        if (!['Enabled', 'Suspended'].includes(status))
            throw new AwsError(
                'MalformedXML',
                'The XML you provided was not well-formed or did not validate against our published schema',
                400,
            );
        call.found.versioning = status;
        return {};
    },
    GetBucketVersioning: (fake, { found }) => xml('VersioningConfiguration', { Status: found.versioning || undefined }),
    PutBucketPolicy: putPolicy,
    GetBucketPolicy(fake, { found }) {
        if (!found.settings.has('policy'))
            throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, {
                BucketName: found.name,
            });
        return { headers: { 'content-type': 'application/json' }, body: Buffer.from(found.settings.get('policy')) };
    },
    DeleteBucketPolicy: remove('policy'),
    ListObjectsV2: listObjects,
    ListObjects: listObjects,
    ListObjectVersions: listVersions,
    DeleteObjects: deleteObjects,
};
