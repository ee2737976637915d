// Operations on objects: put (once, where the caller says so), read, deleted.

import { AwsError } from '../wire/errors.mjs';
import { xml } from './bucket-operations.mjs';
import { checkBody } from './checksums.mjs';

const missing = (key) => new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

function precondition(call, current) {
    const { headers } = call.request;
    const failed = (name) =>
        new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
            Condition: name,
        });
    const none = headers['if-none-match'],
        match = headers['if-match'];
    if (none !== undefined && none !== '*')
        throw new AwsError(
            'NotImplemented',
            'A header you provided implies functionality that is not implemented',
            501,
            { Header: 'If-None-Match' },
        );
    if (none === '*' && current) throw failed('If-None-Match');
    if (match !== undefined && !current) throw missing(call.key);
    if (match !== undefined && match.replaceAll('"', '') !== current.etag.replaceAll('"', '')) throw failed('If-Match');
}

export function store(fake, call, body, more = {}) {
    const { found, key, request } = call;
    if (Buffer.byteLength(key) > 1024)
        throw new AwsError('KeyTooLongError', 'Your key is too long', 400, {
            Size: Buffer.byteLength(key),
            MaxSizeAllowed: 1024,
        });
    precondition(call, found.current(key));
    const metadata = Object.fromEntries(Object.entries(request.headers).filter(([n]) => n.startsWith('x-amz-meta-')));
    return found.put(key, body, { type: request.headers['content-type'] ?? 'binary/octet-stream', metadata, ...more });
}

const versionHeader = (found, object) => (found.versioning ? { 'x-amz-version-id': object.versionId } : {});

function putObject(fake, call) {
    if (call.request.headers['x-amz-copy-source'])
        throw new AwsError(
            'NotImplemented',
            'A header you provided implies functionality that is not implemented',
            501,
            { Header: 'x-amz-copy-source' },
        );
    const checksum = checkBody(call);
    const object = store(fake, call, call.body, { checksum });
    return {
        headers: {
            etag: object.etag,
            'x-amz-server-side-encryption': 'AES256',
            ...versionHeader(call.found, object),
            ...(checksum
                ? { [`x-amz-checksum-${checksum.name}`]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' }
                : {}),
        },
    };
}

function objectOf({ found, key, query }) {
    const wanted = query.get('versionId');
    const object = wanted ? found.version(key, wanted) : found.current(key);
    if (!object) {
        if (wanted)
            throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, {
                Key: key,
                VersionId: wanted,
            });
        throw missing(key);
    }
    if (object.marker)
        throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    return object;
}

function readObject(fake, call) {
    const object = objectOf(call);
    const { headers } = call.request;
    if (headers['if-none-match']?.replaceAll('"', '') === object.etag.replaceAll('"', ''))
        throw Object.assign(new AwsError('NotModified', '', 304), { headers: { etag: object.etag } });
    let body = object.body,
        status = 200,
        more = {};
    const range = headers.range?.match(/^bytes=(\d*)-(\d*)$/);
    if (range) {
        const start = range[1] === '' ? Math.max(body.length - Number(range[2]), 0) : Number(range[1]);
        const end = range[1] === '' || range[2] === '' ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
        if (start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
        more = { 'content-range': `bytes ${start}-${end}/${body.length}` };
        body = body.subarray(start, end + 1);
        status = 206;
    }
    const checksum =
        object.checksum && headers['x-amz-checksum-mode'] === 'ENABLED' && !range
            ? {
                  [`x-amz-checksum-${object.checksum.name}`]: object.checksum.value,
                  'x-amz-checksum-type': 'FULL_OBJECT',
              }
            : {};
    return {
        status,
        body,
        headers: {
            'content-type': object.type,
            'content-length': body.length,
            etag: object.etag,
            'last-modified': object.modified.toUTCString(),
            'accept-ranges': 'bytes',
            ...object.metadata,
            ...versionHeader(call.found, object),
            ...checksum,
            ...more,
        },
    };
}

export const objectOperations = {
    PutObject: putObject,
    GetObject: readObject,
    HeadObject: readObject,
    DeleteObject(fake, { found, key, query }) {
        const version = query.get('versionId');
        if (version) {
            found.removeVersion(key, version);
            return { status: 204, headers: { 'x-amz-version-id': version } };
        }
        const marker = found.remove(key);
        return {
            status: 204,
            headers: marker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId } : {},
        };
    },
    GetObjectTagging: (fake, call) => {
        objectOf(call);
        return xml('Tagging', { TagSet: {} });
    },
};
