// Refusals as AWS words them: a code, a message and a status, and for S3 the members beside them.
//
// A service throws AwsError; the protocol (reply.mjs) turns it into XML or JSON.

export class AwsError extends Error {
    constructor(code, message, status = 400, members = {}) {
        super(message);
        this.code = code;
        this.status = status;
        this.members = members;
    }
}

export const validation = (message) => new AwsError('ValidationError', message);

// What the fake refuses though AWS would let it pass: a misspelt member must not stay unnoticed.
export const misuse = (message) => new AwsError('ValidationError', `fakecfn: ${message}`);

const QUERY = new Set(['cloudformation', 'sts', 'iam']);

// Codes of what goes wrong before a service sees the request. They differ by protocol.
export function accessError(service, kind, message) {
    const query = QUERY.has(service),
        s3 = service === 's3';
    const by = (q, json, s) => (query ? q : s3 ? s : json);
    const table = {
        missing: [
            by('MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'AccessDenied'),
            403,
            by('Request is missing Authentication Token', 'Missing Authentication Token', 'Access Denied'),
        ],
        incomplete: [
            by('IncompleteSignature', 'IncompleteSignatureException', 'AuthorizationHeaderMalformed'),
            400,
            message,
        ],
        unknownKey: [
            by('InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId'),
            query || s3 ? 403 : 400,
            by(
                'The security token included in the request is invalid.',
                'The security token included in the request is invalid.',
                'The AWS Access Key Id you provided does not exist in our records.',
            ),
        ],
        badToken: [
            by('InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidToken'),
            query ? 403 : 400,
            by(
                'The security token included in the request is invalid',
                'The security token included in the request is invalid.',
                'The provided token is malformed or otherwise invalid.',
            ),
        ],
        expired: [
            by('ExpiredToken', 'ExpiredTokenException', 'ExpiredToken'),
            query ? 403 : 400,
            by(
                'The security token included in the request is expired',
                'The security token included in the request is expired',
                'The provided token has expired.',
            ),
        ],
        signature: [
            by('SignatureDoesNotMatch', 'InvalidSignatureException', 'SignatureDoesNotMatch'),
            query || s3 ? 403 : 400,
            message ?? by(MISMATCH, MISMATCH, MISMATCH_S3),
        ],
        skew: [
            by('SignatureDoesNotMatch', 'InvalidSignatureException', 'RequestTimeTooSkewed'),
            query || s3 ? 403 : 400,
            message ?? 'The difference between the request time and the current time is too large.',
        ],
        scope: [
            by('SignatureDoesNotMatch', 'InvalidSignatureException', 'AuthorizationHeaderMalformed'),
            s3 ? 400 : query ? 403 : 400,
            message,
        ],
        unsigned: [
            by('SignatureDoesNotMatch', 'InvalidSignatureException', 'AccessDenied'),
            403,
            by(message, message, 'There were headers present in the request which were not signed'),
        ],
    };
    const [code, status, text] = table[kind];
    return new AwsError(code, text, status);
}

const MISMATCH =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
    'Access Key and signing method. Consult the service documentation for details.';
const MISMATCH_S3 =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';

export function accessDenied(identity, action, resource = '*') {
    const [service] = action.split(':');
    const text =
        service === 's3'
            ? `User: ${identity.arn} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`
            : `User: ${identity.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
    return new AwsError(
        QUERY.has(service) || service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
        text,
        QUERY.has(service) || service === 's3' || service === 'lambda' ? 403 : 400,
    );
}
