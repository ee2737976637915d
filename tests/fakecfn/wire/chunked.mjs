// Bodies in aws-chunked: decoded, each chunk's signature and the trailer's checked.
//
// In: the body, the verified claim of its request. Out: {body, trailers}; throws AwsError as S3 refuses.

import { AwsError, accessError } from './errors.mjs';
import { EMPTY, hmac, sha256 } from './sigv4.mjs';

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly', 400);

export function decodeChunked(body, said, declaredLength) {
    const signed = said.payload.startsWith('STREAMING-AWS4-HMAC-SHA256');
    const state = { at: 0, previous: said.signature };
    const parts = [];
    for (;;) {
        const line = readLine(body, state);
        const match = line.match(/^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]{64}))?$/);
        if (!match || Boolean(match[2]) !== signed) throw incomplete();
        const size = parseInt(match[1], 16);
        const data = body.subarray(state.at, state.at + size);
        if (data.length !== size) throw incomplete();
        state.at += size;
        if (signed) checkChunk(said, state, sha256(data), match[2]);
        if (!size) break;
        if (readLine(body, state) !== '') throw incomplete();
        parts.push(data);
    }
    const trailers = readTrailers(body, state, said);
    const decoded = Buffer.concat(parts);
    if (declaredLength === undefined) {
        throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
    }
    if (Number(declaredLength) !== decoded.length) throw incomplete();
    return { body: decoded, trailers };
}

function readLine(body, state) {
    const end = body.indexOf('\r\n', state.at);
    if (end < 0) throw incomplete();
    const line = body.toString('latin1', state.at, end);
    state.at = end + 2;
    return line;
}

function checkChunk(said, state, hash, signature) {
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', said.stamp, said.credentialScope, state.previous, EMPTY, hash].join('\n');
    const expected = hmac(said.key, text).toString('hex');
    if (expected !== signature) throw accessError('s3', 'signature');
    state.previous = expected;
}

function readTrailers(body, state, said) {
    const trailers = new Map();
    let canonical = '',
        signature;
    while (state.at < body.length) {
        const line = readLine(body, state);
        if (line === '') break;
        const [name, value] = line.split(/:(.*)/s);
        if (name === 'x-amz-trailer-signature') signature = value.trim();
        else {
            trailers.set(name.toLowerCase(), value.trim());
            canonical += `${name.toLowerCase()}:${value.trim()}\n`;
        }
    }
    if (said.payload === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER') {
        const text = [
            'AWS4-HMAC-SHA256-TRAILER',
            said.stamp,
            said.credentialScope,
            state.previous,
            sha256(canonical),
        ].join('\n');
        if (hmac(said.key, text).toString('hex') !== signature) throw accessError('s3', 'signature');
    } else if (!said.payload.endsWith('-TRAILER') && trailers.size) throw incomplete();
    return trailers;
}
