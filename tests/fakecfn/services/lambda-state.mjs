// Functions as the account keeps them: made by stacks, changed by stacks and calls.

import { createHash } from 'node:crypto';
import { handlerError, serviceText } from '../resources/error.mjs';

const fail = (text, code = 'InvalidRequest', status = 400) => handlerError(code, serviceText(text, 'Lambda', status));

// The zip's bytes; `refuse` words what is wrong with it.
export function codeOf(account, { S3Bucket, S3Key, S3ObjectVersion, ZipFile }, region, refuse = fail) {
    if (ZipFile !== undefined) return Buffer.from(ZipFile);
    const bucket = account.buckets.get(S3Bucket);
    if (!bucket)
        throw refuse(
            'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
        );
    if (bucket.region !== region)
        throw refuse(
            `Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: ${bucket.region}. Please use this region to retry the request`,
        );
    const object = S3ObjectVersion ? bucket.version(S3Key, S3ObjectVersion) : bucket.current(S3Key);
    if (!object)
        throw refuse(
            'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
        );
    if (object.body.readUInt32LE(0) !== 0x04034b50 || object.body.length < 22)
        throw refuse('Could not unzip uploaded file. Please check your file, then try to upload again.');
    return object.body;
}

export const codeHash = (zip) => createHash('sha256').update(zip).digest('base64');

function checkEnvironment(variables = {}) {
    const size = Object.entries(variables).reduce(
        (sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(String(v)),
        0,
    );
    if (size > 4096)
        throw fail(
            'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ' +
                JSON.stringify(variables),
        );
    const reserved = Object.keys(variables).find((k) =>
        /^(AWS_REGION|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AWS_LAMBDA_FUNCTION_NAME|AWS_LAMBDA_RUNTIME_API|LAMBDA_TASK_ROOT|_HANDLER)$/.test(
            k,
        ),
    );
    if (reserved)
        throw fail(
            `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved}`,
        );
}

function checkRole(r) {
    const name = String(r.properties.Role).split('/').pop();
    const role = r.account.roles.get(name);
    if (!role) throw fail('The role defined for the function cannot be assumed by Lambda.');
    const trusted = JSON.stringify(role.properties?.AssumeRolePolicyDocument ?? {});
    if (!trusted.includes('lambda.amazonaws.com'))
        throw fail('The role defined for the function cannot be assumed by Lambda.');
}

function configure(fn, r) {
    const p = r.properties;
    checkEnvironment(p.Environment?.Variables);
    checkRole(r);
    if (p.MemorySize !== undefined && !(p.MemorySize >= 128 && p.MemorySize <= 10240))
        throw fail(
            `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240`,
        );
    const group = p.LoggingConfig?.LogGroup;
    Object.assign(fn, {
        properties: p,
        role: p.Role,
        runtime: p.Runtime,
        handler: p.Handler,
        memory: Number(p.MemorySize ?? 128),
        timeout: Number(p.Timeout ?? 3),
        architectures: p.Architectures ?? ['x86_64'],
        environment: p.Environment?.Variables ?? {},
        logGroup: group ?? `/aws/lambda/${fn.name}`,
        modified: r.fake.now(),
        revision: r.account.uuid(),
    });
}

// What an account has at first, and what differs from it (fake.lambdaLimits).
export const limitsOf = (fake) => ({
    TotalCodeSize: 80530636800,
    ConcurrentExecutions: 1000,
    otherCode: 0,
    ...fake.lambdaLimits,
});

const reservedOf = (fn) => Number(fn.properties.ReservedConcurrentExecutions ?? 0);
export const reservedIn = (region) => [...region.functions.values()].reduce((n, f) => n + reservedOf(f), 0);
export const codeIn = (region) => [...region.functions.values()].reduce((n, f) => n + f.zip.length, 0);

function checkLimits(fn, r) {
    const limits = limitsOf(r.fake);
    if (limits.otherCode + codeIn(r.region) + fn.zip.length > limits.TotalCodeSize)
        throw fail('Code storage limit exceeded.', 'ServiceLimitExceeded');
    const least = Math.min(100, limits.ConcurrentExecutions);
    if (reservedOf(fn) && limits.ConcurrentExecutions - reservedIn(r.region) - reservedOf(fn) < least)
        throw fail(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`,
            'InvalidRequest',
        );
}

// Where CloudFormation does not wait, a function is there before it can be called.
const inBackground = (r) => r.stack.mode?.express === true;
const READY = { state: 'Active', lastUpdateStatus: 'Successful' };

export function createFunction(r) {
    if (r.region.functions.has(r.name))
        throw handlerError(
            'AlreadyExists',
            `Resource of type 'AWS::Lambda::Function' with identifier '${r.name}' already exists.`,
        );
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(r.name))
        throw fail(
            `1 validation error detected: Value '${r.name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
        );
    const fn = {
        name: r.name,
        arn: r.region.arn('lambda', `function:${r.name}`),
        policy: new Map(),
        tags: r.properties.Tags ?? [],
        state: inBackground(r) ? 'Pending' : 'Active',
        lastUpdateStatus: inBackground(r) ? 'InProgress' : 'Successful',
    };
    fn.zip = codeOf(r.account, r.properties.Code, r.region.name);
    fn.sha = codeHash(fn.zip);
    configure(fn, r);
    checkLimits(fn, r);
    r.region.functions.set(r.name, fn);
    return { settle: () => Object.assign(fn, READY) };
}

export function updateFunction(r) {
    const fn = r.region.functions.get(r.name);
    if (!fn) throw handlerError('NotFound', serviceText(`Function not found: ${r.arn}`, 'Lambda', 404));
    if (JSON.stringify(r.properties.Code) !== JSON.stringify(fn.properties.Code)) {
        fn.zip = codeOf(r.account, r.properties.Code, r.region.name);
        fn.sha = codeHash(fn.zip);
    }
    configure(fn, r);
    if (inBackground(r)) fn.lastUpdateStatus = 'InProgress';
    return { settle: () => Object.assign(fn, READY) };
}
