// Signature Version 4, checked: written from AWS's specification, in no way related to the signer under test.
//
// In: a request as it came (raw path, raw query, headers, body) and what the account knows of keys. Out: who it is,
// which service and region it's for; or the refusal that AWS gives.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { accessError, AwsError } from './errors.mjs';

export const sha256 = (data) => createHash('sha256').update(data).digest('hex');
export const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
export const EMPTY = sha256('');

const encode = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
    }
}

// S3 signs the path encoded once and as it is; all others sign the normalised path with each segment encoded again.
function canonicalPath(path, service, normalize = true) {
    if (service === 's3') return decode(path).split('/').map(encode).join('/') || '/';
    if (!normalize) return path.split('/').map(encode).join('/');
    const parts = [];
    for (const part of path.split('/')) {
        if (part === '' || part === '.') continue;
        if (part === '..') parts.pop();
        else parts.push(encode(part));
    }
    const slash = parts.length && path.endsWith('/') ? '/' : '';
    return `/${parts.join('/')}${slash}`;
}

function pairs(query) {
    return query
        .split('&')
        .filter(Boolean)
        .map((part) => {
            const at = part.indexOf('=');
            return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
        });
}

function canonicalQuery(query, lateToken) {
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    return pairs(query)
        .filter(([name]) => name !== 'X-Amz-Signature' && !(lateToken && name === 'X-Amz-Security-Token'))
        .map(([name, value]) => [encode(name), encode(value)])
        .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
        .map((pair) => pair.join('='))
        .join('&');
}

function canonicalHeaders(request, names) {
    return names
        .map((name) => {
            const values = request.headerValues(name).map((v) => v.trim().replace(/ +/g, ' '));
            return `${name}:${values.join(',')}\n`;
        })
        .join('');
}

// What the request says of itself: {keyId, date, region, service, names, signature, stamp, token, query: boolean}.
export function claim(request) {
    const authorization = request.headers.authorization;
    const query = new Map(pairs(request.query));
    if (authorization !== undefined) return headerClaim(request, authorization);
    if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Credential')) return queryClaim(query);
    return null;
}

function headerClaim(request, authorization) {
    const service = authorization.match(/Credential=[^/]+\/\d*\/[^/]*\/([^/,]+)/)?.[1] ?? 'cloudformation';
    if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
        throw accessError(
            service,
            'incomplete',
            `Unsupported AWS 'algorithm': '${authorization.split(' ')[0]}'. (Possible reasons: the request is signed by another scheme.)`,
        );
    }
    const parts = new Map(
        authorization
            .slice('AWS4-HMAC-SHA256 '.length)
            .split(',')
            .map((part) => part.trim().split(/=(.*)/s).slice(0, 2)),
    );
    for (const need of ['Credential', 'Signature', 'SignedHeaders']) {
        if (parts.get(need)) continue;
        throw accessError(
            service,
            'incomplete',
            `Authorization header requires '${need}' parameter. Authorization=${authorization}`,
        );
    }
    const stamp = request.headers['x-amz-date'];
    if (!stamp) {
        throw accessError(
            service,
            'incomplete',
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        );
    }
    return {
        ...scope(parts.get('Credential'), service),
        names: parts.get('SignedHeaders').split(';'),
        signature: parts.get('Signature'),
        stamp,
        token: request.headers['x-amz-security-token'],
        query: false,
    };
}

function queryClaim(query) {
    const credential = query.get('X-Amz-Credential') ?? '';
    const service = credential.split('/')[3] ?? 's3';
    for (const need of ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires']) {
        if (query.get(`X-Amz-${need}`) || (need === 'Expires' && service !== 's3')) continue;
        throw accessError(
            service,
            'incomplete',
            `AWS query-string parameters must include 'X-Amz-${need}'. Re-examine the query-string parameters.`,
        );
    }
    const expires = Number(query.get('X-Amz-Expires') ?? 900);
    if (!(expires >= 1 && expires <= 604800)) {
        throw new AwsError(
            'AuthorizationQueryParametersError',
            'X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than 604800 seconds',
            400,
        );
    }
    return {
        ...scope(credential, service),
        names: query.get('X-Amz-SignedHeaders').split(';'),
        signature: query.get('X-Amz-Signature'),
        stamp: query.get('X-Amz-Date'),
        token: query.get('X-Amz-Security-Token'),
        expires,
        query: true,
    };
}

function scope(credential, guess) {
    const parts = credential.split('/');
    if (parts.length !== 5 || parts[4] !== 'aws4_request') {
        throw accessError(
            guess,
            'incomplete',
            `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
        );
    }
    const [keyId, date, region, service] = parts;
    return { keyId, date, region, service };
}

const readStamp = (stamp) =>
    /^\d{8}T\d{6}Z$/.test(stamp)
        ? Date.parse(stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
        : NaN;
export const writeStamp = (ms) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

function checkTime(said, now) {
    const time = readStamp(said.stamp);
    const { service } = said;
    if (Number.isNaN(time)) {
        throw accessError(
            service,
            'incomplete',
            `Date must be in ISO-8601 'basic format'. Got '${said.stamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
        );
    }
    if (!said.stamp.startsWith(said.date)) {
        throw accessError(
            service,
            'scope',
            `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${said.date}' != '${said.stamp.slice(0, 8)}', from '${said.stamp}'.`,
        );
    }
    const minutes = service === 's3' ? 15 : 5;
    const window = said.expires ? said.expires * 1000 : minutes * 60_000;
    if (time + window < now) {
        if (service === 's3') throw skewS3(said, now);
        throw accessError(
            service,
            'skew',
            `Signature expired: ${said.stamp} is now earlier than ${writeStamp(now - window)} (${writeStamp(now)} - ${minutes} min.)`,
        );
    }
    if (time > now + minutes * 60_000) {
        if (service === 's3') throw skewS3(said, now);
        throw accessError(
            service,
            'skew',
            `Signature not yet current: ${said.stamp} is still later than ${writeStamp(now + window)} (${writeStamp(now)} + ${minutes} min.)`,
        );
    }
}

function skewS3(said, now) {
    if (said.expires) return new AwsError('AccessDenied', 'Request has expired', 403, { Expires: writeStamp(now) });
    const error = accessError('s3', 'skew');
    error.members = {
        RequestTime: said.stamp,
        ServerTime: new Date(now).toISOString(),
        MaxAllowedSkewMilliseconds: 900000,
    };
    return error;
}

// Every x-amz-* header, the host and the content type have to be signed.
function checkNames(request, said, lateToken) {
    const { service, names } = said;
    for (const name of names) {
        if (name !== name.toLowerCase()) throw accessError(service, 'signature');
        if (!request.headerValues(name).length) throw accessError(service, 'signature');
    }
    if (names.some((name, i) => i && names[i - 1] >= name)) {
        throw accessError(
            service,
            'incomplete',
            `SignedHeaders must be sorted and each there once: ${names.join(';')}`,
        );
    }
    const missing = [];
    for (const name of request.headerNames()) {
        const must = name === 'host' || name.startsWith('x-amz-') || (name === 'content-type' && !said.query);
        if (lateToken && name === 'x-amz-security-token') continue;
        if (must && !names.includes(name)) missing.push(name);
    }
    if (missing.length) {
        throw Object.assign(
            accessError(service, 'unsigned', `'${missing[0]}' must be a 'SignedHeader' in the AWS Authorization.`),
            { members: service === 's3' ? { HeadersNotSigned: missing.join(', ') } : {} },
        );
    }
}

const SPECIAL =
    /^(UNSIGNED-PAYLOAD|STREAMING-(AWS4-HMAC-SHA256-PAYLOAD|AWS4-HMAC-SHA256-PAYLOAD-TRAILER|UNSIGNED-PAYLOAD-TRAILER))$/;

function payloadHash(request, said) {
    if (said.service !== 's3') return sha256(request.body);
    if (said.query) return request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
    const declared = request.headers['x-amz-content-sha256'];
    if (declared === undefined) {
        throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256', 400);
    }
    if (!SPECIAL.test(declared) && !/^[0-9a-f]{64}$/.test(declared)) {
        throw new AwsError(
            'InvalidArgument',
            'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.',
            400,
            { ArgumentName: 'x-amz-content-sha256', ArgumentValue: declared },
        );
    }
    return declared;
}

export function signingKey(secret, { date, region, service }) {
    return [date, region, service, 'aws4_request'].reduce((key, part) => hmac(key, part), `AWS4${secret}`);
}

// keys(keyId) → {secret, token, expires, ...identity} or undefined. Returns the claim with `key` and `identity`.
// For AWS's own cases: {normalize: false} leaves dots in paths, {lateToken: true} takes a token put behind after signing.
export function verify(request, keys, now, { normalize, lateToken } = {}) {
    const said = claim(request);
    if (!said) return null;
    const known = keys(said.keyId);
    if (!known) throw accessError(said.service, 'unknownKey');
    if (known.token ? said.token !== known.token : said.token !== undefined)
        throw accessError(said.service, 'badToken');
    if (known.expires && known.expires <= now) throw accessError(said.service, 'expired');
    checkNames(request, said, lateToken);
    checkTime(said, now);
    const payload = payloadHash(request, said);
    const canonical = [
        request.method,
        canonicalPath(request.path, said.service, normalize),
        canonicalQuery(request.query, lateToken),
        canonicalHeaders(request, said.names),
        said.names.join(';'),
        payload,
    ].join('\n');
    const credentialScope = `${said.date}/${said.region}/${said.service}/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', said.stamp, credentialScope, sha256(canonical)].join('\n');
    const key = signingKey(known.secret, said);
    const expected = hmac(key, text).toString('hex');
    if (
        expected.length !== said.signature.length ||
        !timingSafeEqual(Buffer.from(expected), Buffer.from(said.signature))
    ) {
        const error = accessError(said.service, 'signature');
        if (said.service === 's3') {
            error.members = {
                AWSAccessKeyId: said.keyId,
                StringToSign: text,
                SignatureProvided: said.signature,
                CanonicalRequest: canonical,
            };
        }
        error.canonical = canonical;
        throw error;
    }
    if (said.service === 's3' && /^[0-9a-f]{64}$/.test(payload) && payload !== sha256(request.body)) {
        throw new AwsError(
            'XAmzContentSHA256Mismatch',
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
            { ClientComputedContentSHA256: payload, S3ComputedContentSHA256: sha256(request.body) },
        );
    }
    return { ...said, key, credentialScope, payload, identity: known };
}
