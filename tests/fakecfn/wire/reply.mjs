// Replies and refusals in the four protocols: Query (XML), JSON, REST JSON (Lambda, SageMaker runtime), S3 (XML).
//
// In: what a service returned or threw. Out: {status, headers, body} with AWS's own headers.

import { escape, write } from './xml.mjs';

export const NAMESPACES = {
    cloudformation: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
    iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
};
const BARE = new Set(['DeleteStack', 'CancelUpdateStack', 'SetStackPolicy']); // replies without a Result element

export function queryReply(service, operation, result, id) {
    const inside = BARE.has(operation) ? '' : write(`${operation}Result`, result ?? {});
    return xml(
        200,
        `<${operation}Response xmlns="${NAMESPACES[service]}">${inside}<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${operation}Response>`,
        { 'x-amzn-requestid': id },
    );
}

function xml(status, body, headers = {}) {
    return { status, headers: { 'content-type': 'text/xml', ...headers }, body: Buffer.from(body) };
}

export function jsonReply(result, id, type = 'application/x-amz-json-1.1') {
    return {
        status: 200,
        headers: { 'content-type': type, 'x-amzn-requestid': id },
        body: Buffer.from(JSON.stringify(result ?? {})),
    };
}

export function errorReply(protocol, service, error, id, request) {
    if (protocol === 'query') {
        const type = error.status >= 500 ? 'Receiver' : 'Sender';
        return xml(
            error.status,
            `<ErrorResponse xmlns="${NAMESPACES[service] ?? NAMESPACES.cloudformation}">\n  <Error>\n    <Type>${type}</Type>\n    <Code>${escape(error.code)}</Code>\n    <Message>${escape(error.message)}</Message>\n  </Error>\n  <RequestId>${id}</RequestId>\n</ErrorResponse>\n`,
            { 'x-amzn-requestid': id },
        );
    }
    if (protocol === 's3') return s3Error(error, id, request);
    const body =
        protocol === 'rest'
            ? { Type: error.status >= 500 ? 'Service' : 'User', message: error.message, ...error.members }
            : { __type: error.code, message: error.message, ...error.members };
    return {
        status: error.status,
        headers: {
            'content-type': protocol === 'rest' ? 'application/json' : 'application/x-amz-json-1.1',
            'x-amzn-requestid': id,
            ...(protocol === 'rest' ? { 'x-amzn-errortype': error.code } : {}),
        },
        body: Buffer.from(JSON.stringify(body)),
    };
}

// HEAD has no body, whatever went wrong.
function s3Error(error, id, request) {
    const headers = {
        'content-type': 'application/xml',
        'x-amz-request-id': id,
        'x-amz-id-2': `${id}/host`,
        ...error.headers,
    };
    if (request?.method === 'HEAD' || error.status === 304)
        return { status: error.status, headers, body: Buffer.alloc(0) };
    const inside = write(
        'Error',
        { Code: error.code, Message: error.message, ...error.members, RequestId: id, HostId: `${id}/host` },
        'flat',
    );
    return { status: error.status, headers, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${inside}`) };
}
