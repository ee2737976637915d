// S3: which bucket, key and operation a request names, and the checks that all operations share.

import { AwsError } from '../wire/errors.mjs';
import { decodeChunked } from '../wire/chunked.mjs';
import { queryMap } from '../wire/request.mjs';
import { bucketOperations } from './bucket-operations.mjs';
import { objectOperations } from './object-operations.mjs';
import { multipartOperations } from './multipart.mjs';

const OPERATIONS = { ...bucketOperations, ...objectOperations, ...multipartOperations };
const SETTINGS = {
    publicAccessBlock: 'PublicAccessBlock',
    encryption: 'BucketEncryption',
    versioning: 'BucketVersioning',
    policy: 'BucketPolicy',
    ownershipControls: 'BucketOwnershipControls',
    lifecycle: 'BucketLifecycleConfiguration',
    tagging: 'BucketTagging',
};
const VERBS = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

function operationOf(method, bucket, key, query) {
    if (!bucket) return method === 'GET' ? 'ListBuckets' : '?';
    if (key === '') return bucketOperation(method, query);
    if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : '?';
    if (query.has('uploadId'))
        return (
            { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' }[
                method
            ] ?? '?'
        );
    if (query.has('tagging')) return method === 'GET' ? 'GetObjectTagging' : '?';
    return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method] ?? '?';
}

function bucketOperation(method, query) {
    for (const [name, noun] of Object.entries(SETTINGS)) {
        if (query.has(name) && VERBS[method])
            return `${VERBS[method]}${noun === 'BucketLifecycleConfiguration' && method === 'DELETE' ? 'BucketLifecycle' : noun}`;
    }
    if (method === 'GET') {
        if (query.has('location')) return 'GetBucketLocation';
        if (query.has('versions')) return 'ListObjectVersions';
        if (query.has('uploads')) return 'ListMultipartUploads';
        return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    }
    if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : '?';
    return { PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' }[method] ?? '?';
}

// Bucket from the host name where it has one, else from the path.
function nameOf(request, host) {
    const path = request.path;
    const virtual = host?.service === 's3' ? host.bucket : undefined;
    const decode = (t) => {
        try {
            return decodeURIComponent(t);
        } catch {
            return t;
        }
    };
    if (virtual) return { bucket: virtual, key: decode(path.slice(1)) };
    const [, bucket, key] = path.match(/^\/([^/]*)\/?(.*)$/s);
    return { bucket: decode(bucket), key: decode(key) };
}

export function routeS3(request, host) {
    const { bucket, key } = nameOf(request, host);
    let query = new Map();
    try {
        query = queryMap(request.query);
    } catch {
        /* the signature check says what is wrong */
    }
    const operation = operationOf(request.method, bucket, key, query);
    return {
        service: 's3',
        scope: 's3',
        protocol: 's3',
        operation,
        action: ACTIONS[operation],
        params: () => ({ Bucket: bucket, Key: key, ...Object.fromEntries(query) }),
        handle: (fake, call) => run(fake, { ...call, bucket, key, query, host }, operation),
    };
}

const ACTIONS = {
    HeadBucket: 'ListBucket',
    ListObjectsV2: 'ListBucket',
    ListObjects: 'ListBucket',
    HeadObject: 'GetObject',
    CreateMultipartUpload: 'PutObject',
    UploadPart: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
    DeleteObjects: 'DeleteObject',
    ListObjectVersions: 'ListBucketVersions',
    PutBucketEncryption: 'PutEncryptionConfiguration',
    PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
    ListBuckets: 'ListAllMyBuckets',
};

async function run(fake, call, operation) {
    const handler = OPERATIONS[operation];
    if (!handler)
        throw new AwsError(
            'NotImplemented',
            'A header you provided implies functionality that is not implemented',
            501,
        );
    const { request } = call;
    if (call.said?.payload.startsWith('STREAMING-')) {
        const decoded = decodeChunked(request.body, call.said, request.headers['x-amz-decoded-content-length']);
        Object.assign(call, { body: decoded.body, trailers: decoded.trailers });
    } else Object.assign(call, { body: request.body, trailers: new Map() });
    const reply = await handler(
        fake,
        operation === 'ListBuckets' || operation === 'CreateBucket' ? call : { ...call, ...locate(fake, call) },
    );
    return {
        status: 200,
        ...reply,
        headers: {
            'x-amz-request-id': call.id,
            'x-amz-id-2': `${call.id}/host`,
            server: 'AmazonS3',
            ...reply?.headers,
        },
        body: reply?.body ?? Buffer.alloc(0),
    };
}

// The bucket, in the region that was signed for, of the owner that was expected.
function locate(fake, call) {
    const found = fake.account.buckets.get(call.bucket);
    if (!found)
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: call.bucket });
    const addressed = call.host?.service === 's3' ? call.host.region : undefined;
    if (addressed && addressed !== found.region) {
        throw Object.assign(
            new AwsError(
                'PermanentRedirect',
                'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
                301,
                { Endpoint: `${call.bucket}.s3.${found.region}.amazonaws.com`, Bucket: call.bucket },
            ),
            { headers: { 'x-amz-bucket-region': found.region } },
        );
    }
    if (call.region !== found.region) {
        if (call.request.method === 'HEAD')
            throw Object.assign(new AwsError('PermanentRedirect', '', 301), {
                headers: { 'x-amz-bucket-region': found.region },
            });
        throw Object.assign(
            new AwsError(
                'AuthorizationHeaderMalformed',
                `The authorization header is malformed; the region '${call.region}' is wrong; expecting '${found.region}'`,
                400,
                { Region: found.region },
            ),
            { headers: { 'x-amz-bucket-region': found.region } },
        );
    }
    const expected = call.request.headers['x-amz-expected-bucket-owner'];
    if (expected !== undefined && expected !== found.owner) throw new AwsError('AccessDenied', 'Access Denied', 403);
    if (found.owner !== fake.account.id)
        throw Object.assign(new AwsError('AccessDenied', 'Access Denied', 403), {
            headers: { 'x-amz-bucket-region': found.region },
        });
    if (found.readyAt && found.readyAt > fake.now())
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: call.bucket });
    return { found };
}
