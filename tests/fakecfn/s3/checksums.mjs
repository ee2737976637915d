// Checksums of requests: compared where given, demanded where S3 demands one.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../wire/errors.mjs';

const hash = (name) => (body) => createHash(name).update(body).digest('base64');
const ALGORITHMS = {
    sha256: hash('sha256'),
    sha1: hash('sha1'),
    crc32(body) {
        const out = Buffer.alloc(4);
        out.writeUInt32BE(crc32(body));
        return out.toString('base64');
    },
};
const UNCHECKED = new Set(['crc32c', 'crc64nvme']); // taken, not compared

// {name, value} of the checksum that came, or null.
export function checkBody({ request, body, trailers }) {
    const md5 = request.headers['content-md5'];
    if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
        throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400);
    let found = null;
    for (const name of [...Object.keys(ALGORITHMS), ...UNCHECKED]) {
        const value = request.headers[`x-amz-checksum-${name}`] ?? trailers.get(`x-amz-checksum-${name}`);
        if (value === undefined) continue;
        if (found)
            throw new AwsError(
                'InvalidRequest',
                'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
                400,
            );
        if (ALGORITHMS[name] && ALGORITHMS[name](body) !== value)
            throw new AwsError(
                'BadDigest',
                `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
                400,
            );
        found = { name, value };
    }
    const declared = request.headers['x-amz-sdk-checksum-algorithm'];
    if (declared && !found && !request.headers['x-amz-trailer'])
        throw new AwsError(
            'InvalidRequest',
            'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
            400,
        );
    return found;
}

export function requireChecksum(call) {
    const found = checkBody(call);
    if (!found && call.request.headers['content-md5'] === undefined)
        throw new AwsError(
            'InvalidRequest',
            'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
            400,
        );
}
