// Lambda's REST API: functions, their code and URLs, invocations with canned answers.
//
// fake.answers: function name → {payload, error, logs, delayMs} or a function of the event.

import { createHash } from 'node:crypto';
import { AwsError } from '../wire/errors.mjs';
import { queryMap } from '../wire/request.mjs';
import { event } from '../wire/eventstream.mjs';
import { codeHash, codeIn, codeOf, limitsOf, reservedIn } from './lambda-state.mjs';

const BASE = '/2015-03-31/functions';
const ROUTES = [
    ['GET', new RegExp(`^${BASE}/?$`), 'ListFunctions', list],
    ['GET', new RegExp(`^${BASE}/([^/]+)$`), 'GetFunction', getFunction],
    ['GET', new RegExp(`^${BASE}/([^/]+)/configuration$`), 'GetFunctionConfiguration', (c) => configuration(c)],
    ['PUT', new RegExp(`^${BASE}/([^/]+)/configuration$`), 'UpdateFunctionConfiguration', updateConfiguration],
    ['GET', /^\/2016-08-19\/account-settings\/?$/, 'GetAccountSettings', accountSettings],
    ['PUT', new RegExp(`^${BASE}/([^/]+)/code$`), 'UpdateFunctionCode', updateCode],
    ['GET', new RegExp(`^${BASE}/([^/]+)/policy$`), 'GetPolicy', getPolicy],
    ['POST', new RegExp(`^${BASE}/([^/]+)/invocations$`), 'Invoke', invoke],
    ['GET', /^\/2021-10-31\/functions\/([^/]+)\/url$/, 'GetFunctionUrlConfig', getUrl],
    [
        'POST',
        /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/,
        'InvokeWithResponseStream',
        invokeStream,
    ],
];

export function routeLambda(request) {
    const found = ROUTES.find(([method, path]) => method === request.method && path.test(request.path));
    const [, path, operation, run] = found ?? [
        null,
        /^/,
        '?',
        () => {
            throw new AwsError('UnknownOperationException', 'fakecfn: no such operation of Lambda here', 404);
        },
    ];
    const name = decodeURIComponent(request.path.match(path)?.[1] ?? '');
    return {
        service: 'lambda',
        scope: 'lambda',
        protocol: 'rest',
        operation,
        action: { Invoke: 'InvokeFunction', InvokeWithResponseStream: 'InvokeFunction' }[operation],
        params: () => ({ FunctionName: name }),
        handle(fake, call) {
            const region = fake.account.region(call.region);
            const fn = () => {
                const short = name.replace(/^arn:[^:]*:lambda:[^:]*:\d+:function:/, '').split(':')[0];
                const known = region.functions.get(short);
                if (!known)
                    throw new AwsError(
                        'ResourceNotFoundException',
                        `Function not found: ${region.arn('lambda', `function:${short}`)}`,
                        404,
                    );
                return known;
            };
            return run({ fake, region, fn, call, request, query: queryMap(request.query) });
        },
    };
}

function reply({ call }, value, status = 200, headers = {}) {
    return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-requestid': call.id, ...headers },
        body: Buffer.isBuffer(value) ? value : Buffer.from(value === undefined ? '' : JSON.stringify(value)),
    };
}

function input({ request }, members) {
    let value;
    try {
        value = request.body.length ? JSON.parse(request.body) : {};
    } catch {
        throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json', 400);
    }
    const strange = Object.keys(value).find((k) => !members.split(' ').includes(k));
    if (strange) throw new AwsError('InvalidParameterValueException', `fakecfn: unknown member ${strange}`, 400);
    return value;
}

function describe(fn, fake) {
    if (fn.updating && fn.updating <= fake.now()) {
        delete fn.updating;
        fn.lastUpdateStatus = fn.updateTrouble ? 'Failed' : 'Successful';
    }
    const p = fn.properties;
    return {
        FunctionName: fn.name,
        FunctionArn: fn.arn,
        Runtime: fn.runtime,
        Role: fn.role,
        Handler: fn.handler,
        CodeSize: fn.zip.length,
        Description: p.Description ?? '',
        Timeout: fn.timeout,
        MemorySize: fn.memory,
        LastModified: new Date(fn.modified).toISOString().replace('Z', '+0000'),
        CodeSha256: fn.sha,
        Version: '$LATEST',
        Environment: { Variables: fn.environment },
        TracingConfig: { Mode: 'PassThrough' },
        RevisionId: fn.revision,
        State: fn.state,
        LastUpdateStatus: fn.lastUpdateStatus,
        LastUpdateStatusReason: fn.updateTrouble,
        LastUpdateStatusReasonCode: fn.updateTrouble && 'InternalError',
        PackageType: 'Zip',
        Architectures: fn.architectures,
        EphemeralStorage: { Size: 512 },
        LoggingConfig: { LogFormat: p.LoggingConfig?.LogFormat ?? 'Text', LogGroup: fn.logGroup },
    };
}

function list(c) {
    return reply(c, { Functions: [...c.region.functions.values()].map((f) => describe(f, c.fake)) });
}

function getFunction(c) {
    const fn = c.fn();
    return reply(c, {
        Configuration: describe(fn, c.fake),
        Code: {
            RepositoryType: 'S3',
            Location: `https://awslambda-${c.region.name}-tasks.s3.${c.region.name}.${c.region.suffix}/snapshots/${fn.name}`,
        },
        Tags: Object.fromEntries(fn.tags.map((t) => [t.Key, t.Value])),
    });
}

const configuration = (c) => reply(c, describe(c.fn(), c.fake));

function checkBusy(fn, fake) {
    describe(fn, fake);
    if (fn.lastUpdateStatus === 'InProgress')
        throw new AwsError(
            'ResourceConflictException',
            `The operation cannot be performed at this time. An update is in progress for resource: ${fn.arn}`,
            409,
        );
}

function updateCode(c) {
    const fn = c.fn();
    const value = input(
        c,
        'S3Bucket S3Key S3ObjectVersion ZipFile ImageUri Publish DryRun RevisionId Architectures SourceKMSKeyArn',
    );
    checkBusy(fn, c.fake);
    if (value.RevisionId && value.RevisionId !== fn.revision)
        throw new AwsError(
            'PreconditionFailedException',
            'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
            412,
        );
    if (value.ZipFile && Buffer.from(value.ZipFile, 'base64').length > 50 << 20)
        throw new AwsError(
            'RequestEntityTooLargeException',
            'Request must be smaller than 70167211 bytes for the UpdateFunctionCode operation',
            413,
        );
    const zip = value.ZipFile
        ? Buffer.from(value.ZipFile, 'base64')
        : codeOf(
              c.fake.account,
              value,
              c.region.name,
              (text) => new AwsError('InvalidParameterValueException', text, 400),
          );
    if (zip.length < 22 || zip.readUInt32LE(0) !== 0x04034b50)
        throw new AwsError(
            'InvalidParameterValueException',
            'Could not unzip uploaded file. Please check your file, then try to upload again.',
            400,
        );
    if (!value.DryRun) {
        Object.assign(fn, {
            zip,
            sha: codeHash(zip),
            modified: c.fake.now(),
            revision: c.fake.account.uuid(),
            lastUpdateStatus: 'InProgress',
            updating: c.fake.now() + (c.fake.options.functionUpdateMs ?? 20),
        });
        fn.updateTrouble = c.fake.takeFunctionTrouble(fn.name);
    }
    return reply(c, { ...describe(fn, c.fake), CodeSha256: codeHash(zip) });
}

function updateConfiguration(c) {
    const fn = c.fn();
    const value = input(
        c,
        'Role Handler Description Timeout MemorySize VpcConfig Environment Runtime DeadLetterConfig KMSKeyArn TracingConfig RevisionId Layers FileSystemConfigs ImageConfig EphemeralStorage SnapStart LoggingConfig',
    );
    checkBusy(fn, c.fake);
    Object.assign(fn, {
        environment: value.Environment?.Variables ?? fn.environment,
        timeout: value.Timeout ?? fn.timeout,
        memory: value.MemorySize ?? fn.memory,
        handler: value.Handler ?? fn.handler,
        modified: c.fake.now(),
        revision: c.fake.account.uuid(),
        lastUpdateStatus: 'InProgress',
        updating: c.fake.now() + (c.fake.options.functionUpdateMs ?? 20),
    });
    return reply(c, describe(fn, c.fake));
}

function getPolicy(c) {
    const fn = c.fn();
    if (!fn.policy.size)
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    const Statement = [...fn.policy].map(([Sid, p]) => ({
        Sid,
        Effect: 'Allow',
        Principal: p.Principal === '*' ? '*' : { Service: p.Principal },
        Action: p.Action,
        Resource: fn.arn,
        ...(p.FunctionUrlAuthType
            ? { Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': p.FunctionUrlAuthType } } }
            : {}),
        ...(p.InvokedViaFunctionUrl !== undefined
            ? { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': String(p.InvokedViaFunctionUrl) } } }
            : {}),
        ...(p.SourceArn ? { Condition: { ArnLike: { 'AWS:SourceArn': p.SourceArn } } } : {}),
    }));
    return reply(c, {
        Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }),
        RevisionId: fn.revision,
    });
}

function accountSettings(c) {
    const { otherCode, ...limits } = limitsOf(c.fake);
    return reply(c, {
        AccountLimit: {
            CodeSizeUnzipped: 262144000,
            CodeSizeZipped: 52428800,
            ...limits,
            UnreservedConcurrentExecutions: limits.ConcurrentExecutions - reservedIn(c.region),
        },
        AccountUsage: { TotalCodeSize: otherCode + codeIn(c.region), FunctionCount: c.region.functions.size },
    });
}

function getUrl(c) {
    const fn = c.fn();
    if (!fn.url) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    return reply(c, {
        ...fn.url,
        FunctionArn: fn.arn,
        CreationTime: new Date(fn.modified).toISOString(),
        LastModifiedTime: new Date(fn.modified).toISOString(),
    });
}

async function answerOf(c, fn) {
    const given = c.fake.answers.get(fn.name);
    const canned =
        typeof given === 'function'
            ? await given(c.request.body.toString(), fn)
            : (given ?? { payload: { statusCode: 200, body: 'ok' } });
    if (canned.delayMs) await new Promise((done) => setTimeout(done, canned.delayMs));
    const id = c.call.id;
    const lines = [
        `START RequestId: ${id} Version: $LATEST`,
        ...(canned.logs ?? []),
        `END RequestId: ${id}`,
        `REPORT RequestId: ${id}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: ${fn.memory} MB\tMax Memory Used: 70 MB\t`,
    ];
    const stream = `${new Date(c.fake.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${createHash('md5').update(fn.name).digest('hex')}`;
    for (const message of lines) c.fake.log(fn.logGroup, message, { stream, region: c.region.name });
    return { ...canned, tail: Buffer.from(`${lines.join('\n')}\n`.slice(-4096)).toString('base64') };
}

const payloadOf = (canned) =>
    canned.payload === undefined
        ? Buffer.from('null')
        : Buffer.isBuffer(canned.payload)
          ? canned.payload
          : Buffer.from(typeof canned.payload === 'string' ? canned.payload : JSON.stringify(canned.payload));

async function invoke(c) {
    const fn = c.fn();
    const { headers, body } = c.request;
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (!['RequestResponse', 'Event', 'DryRun'].includes(type))
        throw new AwsError(
            'InvalidParameterValueException',
            `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
            400,
        );
    if (body.length > 6_291_456)
        throw new AwsError(
            'RequestTooLargeException',
            `${body.length} byte payload is too large for the ${type} invocation type (limit 6291456 bytes)`,
            413,
        );
    if (body.length) {
        try {
            JSON.parse(body);
        } catch {
            throw new AwsError(
                'InvalidRequestContentException',
                `Could not parse request body into json: Could not parse payload into json: Unexpected character`,
                400,
            );
        }
    }
    if (type === 'DryRun') return reply(c, undefined, 204);
    const canned = await answerOf(c, fn);
    if (type === 'Event') return reply(c, Buffer.alloc(0), 202);
    return reply(c, payloadOf(canned), 200, {
        'x-amz-executed-version': '$LATEST',
        ...(canned.error ? { 'x-amz-function-error': canned.error === true ? 'Unhandled' : canned.error } : {}),
        ...(headers['x-amz-log-type'] === 'Tail' ? { 'x-amz-log-result': canned.tail } : {}),
    });
}

async function invokeStream(c) {
    const fn = c.fn();
    const canned = await answerOf(c, fn);
    const chunks = canned.chunks ?? [payloadOf(canned)];
    return {
        status: 200,
        headers: {
            'content-type': 'application/vnd.amazon.eventstream',
            'x-amzn-requestid': c.call.id,
            'x-amz-executed-version': '$LATEST',
        },
        body: Buffer.alloc(0),
        async *stream() {
            for (const chunk of chunks) yield event('PayloadChunk', Buffer.from(chunk), 'application/octet-stream');
            yield event('InvokeComplete', {
                ErrorCode: canned.error ? 'Unhandled' : undefined,
                LogResult: c.request.headers['x-amz-log-type'] === 'Tail' ? canned.tail : undefined,
            });
        },
    };
}
