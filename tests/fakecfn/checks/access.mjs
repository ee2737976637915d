// Who gets in: AWS's cases for signatures, S3's documented chunks, boto3's signatures whole and spoilt, keys, clocks, hosts.

import { join } from 'node:path';
import { decodeChunked } from '../wire/chunked.mjs';
import { signingKey, verify } from '../wire/sigv4.mjs';
import { bytes, end, equal, like, readJson, refused, REPO, world } from './world.mjs';
import { SECRET } from '../fake.mjs';

// "GET /?a=b HTTP/1.1\nHost:…": a header may go on in lines that start with a space.
function parse(text) {
    const [head, ...rest] = text.replaceAll('\r\n', '\n').split('\n\n');
    const [first, ...lines] = head
        .replace(/\n[ \t]+/g, ' ')
        .split('\n')
        .filter(Boolean);
    const [, method, target] = first.match(/^(\S+) (.*) HTTP\/1\.1$/);
    const pairs = lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1)]);
    const at = target.indexOf('?');
    return {
        method,
        path: at < 0 ? target : target.slice(0, at),
        query: at < 0 ? '' : target.slice(at + 1),
        body: Buffer.from(rest.join('\n\n')),
        headers: Object.fromEntries(pairs.map(([n, v]) => [n, v.trim()])),
        headerNames: () => [...new Set(pairs.map(([n]) => n))],
        headerValues: (name) => pairs.filter(([n]) => n === name).map(([, v]) => v),
    };
}

// AWS's cases have queries with bytes that no client sends as they are.
const wire = (request) => ({ ...request, query: request.query.replace(/[^\x21-\x7e]/g, encodeURIComponent) });

function* suite() {
    for (const [name, { signed, context, query }] of Object.entries(
        readJson(join(REPO, 'tests/data/aws-sigv4.json')),
    )) {
        const { access_key_id: id, secret_access_key: secret, token } = context.credentials;
        const now = Date.parse(context.timestamp);
        const keys = (given) => (given === id ? { secret, token } : undefined);
        for (const [way, text] of [
            ['headers', signed],
            ['query', query.signed],
        ]) {
            yield [
                `AWS's case ${name}, ${way}`,
                () => {
                    const request = wire(parse(text));
                    const late = context.omit_session_token;
                    const options = { normalize: context.normalize };
                    if (late && way === 'headers') {
                        try {
                            verify(request, keys, now, options);
                        } catch (error) {
                            return like(error.message, /x-amz-security-token' must be a 'SignedHeader'/);
                        }
                        throw new Error("a token that isn't signed was taken");
                    }
                    const said = verify(request, keys, now, { ...options, lateToken: late });
                    equal(said.keyId, id);
                    const spoilt = { ...request, method: request.method === 'GET' ? 'PUT' : 'GET' };
                    try {
                        verify(spoilt, keys, now, { ...options, lateToken: late });
                    } catch (error) {
                        return like(error.code, /Signature/);
                    }
                    throw new Error('a spoilt request was taken');
                },
            ];
        }
    }
}

// The example of S3's documentation: 66,560 times `a` in chunks of 64 KB, 1 KB and nothing.
function chunkedExample(spoil = (b) => b) {
    const date = { date: '20130524', region: 'us-east-1', service: 's3' };
    const chunk = (size, signature) => `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`;
    const body = spoil(
        chunk(65536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648') +
            chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497') +
            chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    );
    const request = parse(
        [
            'PUT /examplebucket/chunkObject.txt HTTP/1.1',
            'host:s3.amazonaws.com',
            'x-amz-date:20130524T000000Z',
            'x-amz-storage-class:REDUCED_REDUNDANCY',
            'x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
            'content-encoding:aws-chunked',
            'x-amz-decoded-content-length:66560',
            'content-length:66824',
            'authorization:AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
        ].join('\n'),
    );
    request.body = Buffer.from(body);
    const said = verify(
        request,
        () => ({ secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }),
        Date.parse('2013-05-24T00:00:00Z'),
    );
    equal(said.key.equals(signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', date)), true);
    return decodeChunked(request.body, said, request.headers['x-amz-decoded-content-length']);
}

const identity = {
    service: 'sts',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
};

async function* clients() {
    const w = await world();
    const { fake, client } = w;
    const raw = (what) => client.send({ raw: { ...identity, ...what } });
    yield [
        'every service by its own signature',
        async () => {
            equal((await client.call('sts', 'get_caller_identity')).Account, fake.account.id);
            await client.cfn('describe_stacks');
            await client.call('s3', 'list_buckets');
            await client.call('logs', 'describe_log_groups');
            await client.call('sagemaker', 'list_endpoints');
            await client.call('lambda', 'list_functions');
            await client.call('iam', 'list_roles');
            await client.call('ssm', 'get_parameters_by_path', { Path: '/pluto' });
            await client.call('service-quotas', 'list_service_quotas', { ServiceCode: 'sagemaker' });
            await client.call('pricing', 'get_products', { ServiceCode: 'AmazonSageMaker' });
        },
    ];
    for (const how of [{ proxy: true }, { http: true }]) {
        yield [
            `the same ${Object.keys(how)[0] === 'proxy' ? 'under real host names' : 'over plain HTTP'}`,
            async () => {
                equal((await client.call('sts', 'get_caller_identity', {}, how)).Account, fake.account.id);
                await client.cfn('describe_stacks', {}, how);
                await client.call('s3', 'create_bucket', { Bucket: `bucket-${Object.keys(how)[0]}` }, how);
                await client.call(
                    's3',
                    'put_object',
                    { Bucket: `bucket-${Object.keys(how)[0]}`, Key: 'a b/ü?x=1&y', Body: bytes('text') },
                    how,
                );
                equal(
                    (
                        await client.call(
                            's3',
                            'get_object',
                            { Bucket: `bucket-${Object.keys(how)[0]}`, Key: 'a b/ü?x=1&y' },
                            how,
                        )
                    ).Body,
                    'text',
                );
            },
        ];
    }
    yield [
        'hosts of other regions and services are told apart',
        async () => {
            await client.cfn('describe_stacks', {}, { proxy: true, region: 'eu-central-1' });
            equal(fake.requests.at(-1).host, 'cloudformation.eu-central-1.amazonaws.com');
            equal(fake.requests.at(-1).region, 'eu-central-1');
            await refusedRaw(
                raw({ service: 'iam' }),
                403,
                /SignatureDoesNotMatch[^]*Credential should be scoped to correct service: 'sts'/,
                fake,
            );
        },
    ];
    yield* keys(fake, client);
    yield* spoilt(fake, raw);
    yield* clocks(fake, client);
    yield* presigned(fake, client);
    yield* end(w);
}

async function refusedRaw(promise, status, pattern) {
    const reply = await promise;
    equal(reply.status, status, reply.body);
    like(reply.body, pattern);
}

function* keys(fake, client) {
    const wrong = ['AKIAFAKECFNEXAMPLE01', 'not-the-secret', null],
        unknown = ['AKIANOBODY0000000000', 'x', null];
    yield [
        'a wrong secret, an unknown key, a wrong token',
        async () => {
            await refused(
                client.cfn('describe_stacks', {}, { key: wrong }),
                'SignatureDoesNotMatch',
                /^The request signature we calculated does not match/,
            );
            await refused(
                client.call('s3', 'list_buckets', {}, { key: wrong }),
                'SignatureDoesNotMatch',
                /Check your key and signing method/,
            );
            await refused(client.call('logs', 'describe_log_groups', {}, { key: wrong }), 'InvalidSignatureException');
            await refused(client.call('lambda', 'list_functions', {}, { key: wrong }), 'InvalidSignatureException');
            await refused(
                client.cfn('describe_stacks', {}, { key: unknown }),
                'InvalidClientTokenId',
                /security token included in the request is invalid/,
            );
            await refused(client.call('s3', 'list_buckets', {}, { key: unknown }), 'InvalidAccessKeyId');
            await refused(
                client.call('ssm', 'get_parameters', { Names: ['x'] }, { key: unknown }),
                'UnrecognizedClientException',
            );
            await refused(
                client.cfn('describe_stacks', {}, { key: ['AKIAFAKECFNEXAMPLE01', SECRET, 'token'] }),
                'InvalidClientTokenId',
            );
        },
    ];
    yield [
        'a role is assumed, used, and expires',
        async () => {
            const { Credentials: c, AssumedRoleUser: user } = await client.call('sts', 'assume_role', {
                RoleArn: 'arn:aws:iam::210987654321:role/team/deployer',
                RoleSessionName: 'test',
            });
            equal(user.Arn, 'arn:aws:sts::210987654321:assumed-role/deployer/test');
            const key = [c.AccessKeyId, c.SecretAccessKey, c.SessionToken];
            equal((await client.call('sts', 'get_caller_identity', {}, { key })).Account, '210987654321');
            fake.credentials.get(c.AccessKeyId).expires = fake.now() - 1;
            await refused(
                client.cfn('describe_stacks', {}, { key }),
                'ExpiredToken',
                /^The security token included in the request is expired$/,
            );
            await refused(
                client.call('s3', 'list_buckets', {}, { key }),
                'ExpiredToken',
                /^The provided token has expired.$/,
            );
            await refused(client.call('logs', 'describe_log_groups', {}, { key }), 'ExpiredTokenException');
        },
    ];
    yield [
        'roles that ask for an external id or a code',
        async () => {
            fake.assumable.set('arn:aws:iam::210987654321:role/asks', {
                externalId: 'x-1',
                mfa: { serial: 'arn:aws:iam::123456789012:mfa/me', code: '123456' },
            });
            const role = { RoleArn: 'arn:aws:iam::210987654321:role/asks', RoleSessionName: 'test' };
            await refused(
                client.call('sts', 'assume_role', role),
                'AccessDenied',
                /not authorized to perform: sts:AssumeRole on resource/,
            );
            await refused(
                client.call('sts', 'assume_role', {
                    ...role,
                    ExternalId: 'x-1',
                    SerialNumber: 'arn:aws:iam::123456789012:mfa/me',
                    TokenCode: '000000',
                }),
                'AccessDenied',
                /invalid MFA one time pass code/,
            );
            await client.call('sts', 'assume_role', {
                ...role,
                ExternalId: 'x-1',
                SerialNumber: 'arn:aws:iam::123456789012:mfa/me',
                TokenCode: '123456',
            });
        },
    ];
    yield [
        'a web identity needs no signature',
        async () => {
            fake.webTokens.set('good-token', {});
            const role = { RoleArn: 'arn:aws:iam::123456789012:role/ci', RoleSessionName: 'test' };
            await client.call('sts', 'assume_role_with_web_identity', { ...role, WebIdentityToken: 'good-token' });
            await refused(
                client.call('sts', 'assume_role_with_web_identity', { ...role, WebIdentityToken: 'bad-token' }),
                'InvalidIdentityToken',
            );
        },
    ];
    yield [
        'what is denied is denied in the words of the service',
        async () => {
            fake.deny('cloudformation:Describe*', 's3:ListAllMyBuckets', 'logs:*');
            await refused(
                client.cfn('describe_stacks'),
                'AccessDenied',
                /^User: arn:aws:iam::123456789012:user\/deployer is not authorized to perform: cloudformation:DescribeStacks on resource/,
            );
            await refused(client.call('s3', 'list_buckets'), 'AccessDenied');
            await refused(client.call('logs', 'describe_log_groups'), 'AccessDeniedException');
            const { EvaluationResults: results } = await client.call('iam', 'simulate_principal_policy', {
                PolicySourceArn: 'arn:aws:iam::123456789012:user/deployer',
                ActionNames: ['cloudformation:DescribeEvents', 'lambda:GetFunction'],
            });
            equal(
                results.map((r) => r.EvalDecision),
                ['implicitDeny', 'allowed'],
            );
            fake.allow();
        },
    ];
}

function* spoilt(fake, raw) {
    yield ['a request that is as it was signed', async () => refusedRaw(raw({}), 200, /<Account>123456789012</)];
    yield [
        'another body',
        async () => refusedRaw(raw({ sentBody: `${identity.body}&x=1` }), 403, /SignatureDoesNotMatch/),
    ];
    yield ['another query', async () => refusedRaw(raw({ sentPath: '/?x=1' }), 403, /SignatureDoesNotMatch/)];
    yield ['another path', async () => refusedRaw(raw({ sentPath: '/x' }), 403, /SignatureDoesNotMatch/)];
    yield [
        'another content type',
        async () =>
            refusedRaw(
                raw({ spoil: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
                403,
                /SignatureDoesNotMatch/,
            ),
    ];
    yield [
        'another date',
        async () =>
            refusedRaw(
                raw({ spoil: { 'X-Amz-Date': '20200101T000000Z' } }),
                403,
                /Date in Credential scope does not match|SignatureDoesNotMatch/,
            ),
    ];
    yield [
        "a header of AWS that isn't signed",
        async () => refusedRaw(raw({ spoil: { 'x-amz-extra': '1' } }), 403, /x-amz-extra/),
    ];
    yield [
        'no signature',
        async () =>
            refusedRaw(
                raw({ spoil: { Authorization: null } }),
                403,
                /MissingAuthenticationToken[^]*Request is missing Authentication Token/,
            ),
    ];
    yield [
        'half a signature',
        async () =>
            refusedRaw(
                raw({
                    spoil: {
                        Authorization:
                            'AWS4-HMAC-SHA256 Credential=AKIAFAKECFNEXAMPLE01/20200101/us-east-1/sts/aws4_request',
                    },
                }),
                400,
                /IncompleteSignature[^]*requires 'Signature' parameter/,
            ),
    ];
    yield [
        'another scheme',
        async () => refusedRaw(raw({ spoil: { Authorization: 'Bearer x' } }), 400, /IncompleteSignature/),
    ];
    const put = { service: 's3', method: 'PUT', path: '/bucket-http/x', body: 'one', headers: {} };
    yield [
        'S3: the hash of another body',
        async () => refusedRaw(raw({ ...put, sentBody: 'two' }), 400, /XAmzContentSHA256Mismatch/),
    ];
    yield [
        "S3: a header that isn't signed",
        async () =>
            refusedRaw(
                raw({ ...put, spoil: { 'x-amz-acl': 'private' } }),
                403,
                /AccessDenied[^]*headers present in the request which were not signed/,
            ),
    ];
    yield [
        'S3: what it signed is told',
        async () =>
            refusedRaw(raw({ ...put, sentPath: '/bucket-http/y' }), 403, /<StringToSign>[^]*<CanonicalRequest>/),
    ];
}

function* clocks(fake, client) {
    yield [
        "clocks that differ by more than five minutes, S3's by more than fifteen",
        async () => {
            fake.skew(6 * 60_000);
            await refused(
                client.cfn('describe_stacks'),
                'SignatureDoesNotMatch',
                /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
            );
            await client.call('s3', 'list_buckets');
            fake.skew(-6 * 60_000);
            await refused(client.cfn('describe_stacks'), 'SignatureDoesNotMatch', /^Signature not yet current: /);
            fake.skew(16 * 60_000);
            await refused(
                client.call('s3', 'list_buckets'),
                'RequestTimeTooSkewed',
                /^The difference between the request time and the current time is too large\.$/,
            );
            fake.skew(4 * 60_000);
            await client.cfn('describe_stacks');
            fake.skew(0);
        },
    ];
}

function* presigned(fake, client) {
    yield [
        'URLs signed beforehand, until they expire',
        async () => {
            await client.call('s3', 'put_object', { Bucket: 'bucket-http', Key: 'k', Body: bytes('data') });
            const url = await client.call(
                's3',
                'get_object',
                { Bucket: 'bucket-http', Key: 'k' },
                { presign: 60, http: true },
            );
            equal(await (await fetch(url)).text(), 'data');
            equal((await fetch(url.replace('/k?', '/j?'))).status, 403);
            fake.skew(61_000);
            like(await (await fetch(url)).text(), /AccessDenied[^]*Request has expired/);
            fake.skew(0);
        },
    ];
}

export async function* cases() {
    yield* suite();
    yield ["S3's documented chunks", () => equal(chunkedExample().body.length, 66560)];
    yield [
        'a chunk that was changed',
        () => {
            try {
                chunkedExample((b) => b.replace('aaaa', 'aaab'));
            } catch (error) {
                return equal(error.code, 'SignatureDoesNotMatch');
            }
            throw new Error('it was taken');
        },
    ];
    yield* clients();
}
