// Which service and operation a request is for, in which protocol, and who answers it.
//
// The signature's scope names the service where there is one (so any host and port will do); real host names are
// checked against it. Out: {service, scope, protocol, operation, region, params, handle, unsigned}.

import { handle as cloudformation } from '../cloudformation/operations.mjs';
import { routeS3 } from '../s3/route.mjs';
import { AwsError } from '../wire/errors.mjs';
import { form } from '../wire/query.mjs';
import { routeApiGateway } from './apigateway.mjs';
import { handle as ecr } from './ecr.mjs';
import { handle as iam } from './iam.mjs';
import { routeLambda } from './lambda.mjs';
import { handle as logs } from './logs.mjs';
import { handle as pricing } from './pricing.mjs';
import { handle as quotas } from './quotas.mjs';
import { handle as sagemaker, routeRuntime } from './sagemaker.mjs';
import { handle as ssm } from './ssm.mjs';
import { handle as sts, UNSIGNED } from './sts.mjs';

const QUERY = { cloudformation: ['2010-05-15', cloudformation], sts: ['2011-06-15', sts], iam: ['2010-05-08', iam] };
const TARGETS = {
    Logs_20140328: ['logs', logs],
    SageMaker: ['sagemaker', sagemaker],
    ServiceQuotasV20190624: ['servicequotas', quotas],
    AWSPriceListService: ['pricing', pricing],
    AmazonEC2ContainerRegistry_V20150921: ['ecr', ecr],
    AmazonSSM: ['ssm', ssm],
};

// {service, region} that a real host name says; null for loopback.
export function readHost(host) {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const match = name.match(/^(.*?)\.?(amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov)$/);
    if (!match) return null;
    const labels = match[1].split('.');
    const at = labels.findLastIndex((l) => /^s3(-fips)?$|^s3-[a-z]/.test(l));
    if (at >= 0) {
        const rest = labels.slice(at + 1).filter((l) => l !== 'dualstack');
        return { service: 's3', region: rest[0], bucket: labels.slice(0, at).join('.') || undefined };
    }
    const region = labels.find((l) => /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(l));
    const service = labels
        .filter((l) => l !== region && l !== 'api' && l !== 'runtime')
        .at(-1)
        ?.replace(/-fips$/, '')
        .replace(/^(stream|streaming)-/, '');
    return { service, region, runtime: labels[0] === 'runtime' };
}

const readForm = (request) => () => {
    try {
        return Object.fromEntries(form(request.body));
    } catch {
        return {};
    }
};

function parseJson(request) {
    try {
        return request.body.length ? JSON.parse(request.body) : {};
    } catch {
        throw new AwsError('SerializationException', 'Could not parse request body into json', 400);
    }
}

export function route(request, said) {
    const host = readHost(request.host);
    const region = host?.region;
    if (said?.service === 's3' || host?.service === 's3') return { ...routeS3(request, host), region };
    const target = request.headers['x-amz-target']?.match(/^(\w+)\.(\w+)$/);
    if (target) return jsonRoute(request, target, region);
    if (said?.service === 'lambda' || host?.service === 'lambda') return { ...routeLambda(request), region };
    if (said?.service === 'apigateway' || host?.service === 'apigateway')
        return { ...routeApiGateway(request), region };
    if (said?.service === 'sagemaker' || host?.runtime) return { ...routeRuntime(request), region };
    if (
        /^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '') ||
        said?.service in QUERY ||
        host?.service in QUERY
    )
        return queryRoute(request, said, region);
    return { ...routeS3(request, host), region };
}

function queryRoute(request, said, region) {
    const params = readForm(request);
    const { Action: operation, Version: version } = params();
    const service =
        Object.keys(QUERY).find((s) => QUERY[s][0] === version) ??
        (said?.service in QUERY ? said.service : 'cloudformation');
    const [, handle] = QUERY[service];
    return {
        service,
        scope: service,
        protocol: 'query',
        operation: operation ?? '?',
        region,
        params,
        unsigned: service === 'sts' && UNSIGNED.has(operation),
        handle(fake, call) {
            if (request.method !== 'POST' || request.path !== '/')
                throw new AwsError('InvalidAction', 'fakecfn: the Query protocol is spoken by POST /', 400);
            if (!/^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? ''))
                throw new AwsError(
                    'MissingAction',
                    'fakecfn: the content type has to be application/x-www-form-urlencoded',
                    400,
                );
            if (operation === undefined)
                throw new AwsError('MissingAction', 'The request must contain the parameter Action', 400);
            return handle(fake, call);
        },
    };
}

function jsonRoute(request, [, prefix, operation], region) {
    const [service, handle] = TARGETS[prefix] ?? [
        'unknown',
        () => {
            throw new AwsError('UnknownOperationException', `fakecfn: ${prefix} is no service here`, 400);
        },
    ];
    return {
        service,
        scope: service,
        protocol: 'json',
        operation,
        region,
        params: () => {
            try {
                return parseJson(request);
            } catch {
                return {};
            }
        },
        handle(fake, call) {
            if (!/^application\/x-amz-json-1\.[01]$/.test(request.headers['content-type'] ?? ''))
                throw new AwsError(
                    'UnknownOperationException',
                    `fakecfn: the content type has to be application/x-amz-json-1.1`,
                    400,
                );
            return handle(fake, { ...call, input: parseJson(request) });
        },
    };
}
