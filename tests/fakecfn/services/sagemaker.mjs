// SageMaker: what endpoints, their configurations and models are, and invocations with canned answers.

import { ResourceError } from '../resources/error.mjs';
import { AwsError } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { table } from './json.mjs';
import { updateEndpoint } from './sagemaker-state.mjs';

const missing = (kind, region, name) =>
    new AwsError(
        'ValidationException',
        `Could not find ${kind} "${region.arn('sagemaker', `${kind.replace(' configuration', '-config')}/${name}`)}".`,
        400,
    );
const seconds = (ms) => ms / 1000;

function endpointOf(region, name) {
    const endpoint = region.endpoints.get(name);
    if (!endpoint) throw missing('endpoint', region, name);
    return endpoint;
}

// The same refusal without CloudFormation's words around it.
function asService(work) {
    try {
        return work();
    } catch (error) {
        if (!(error instanceof ResourceError)) throw error;
        throw new AwsError('ValidationException', error.plain, 400);
    }
}

const variants = (properties) =>
    properties.ProductionVariants.map((v) => ({
        VariantName: v.VariantName,
        CurrentWeight: Number(v.InitialVariantWeight ?? 1),
        DesiredWeight: Number(v.InitialVariantWeight ?? 1),
        CurrentInstanceCount: Number(v.InitialInstanceCount ?? 1),
        DesiredInstanceCount: Number(v.InitialInstanceCount ?? 1),
    }));

export const handle = table({
    DescribeEndpoint: [
        'EndpointName!',
        (fake, region, { EndpointName }) => {
            const e = endpointOf(region, EndpointName);
            const config = region.endpointConfigs.get(e.configName);
            return {
                EndpointName: e.name,
                EndpointArn: e.arn,
                EndpointConfigName: e.configName,
                EndpointStatus: e.status,
                FailureReason: e.failureReason,
                CreationTime: seconds(e.created),
                LastModifiedTime: seconds(e.modified),
                ProductionVariants: config && e.status === 'InService' ? variants(config.properties) : undefined,
                PendingDeploymentSummary: e.pending && {
                    EndpointConfigName: e.pending,
                    StartTime: seconds(e.modified),
                },
            };
        },
    ],
    // By whoever deploys, past CloudFormation.
    UpdateEndpoint: [
        'EndpointName! EndpointConfigName!',
        (fake, region, { EndpointName: name, EndpointConfigName }) => {
            const { arn } = endpointOf(region, name);
            const r = { fake, region, name, arn, properties: { EndpointConfigName } };
            const work = asService(() => updateEndpoint(r));
            fake.pause({}, { type: 'AWS::SageMaker::Endpoint', logicalId: name }, 'settle')
                .then(() => asService(() => work.settle?.()))
                .catch((error) => error instanceof AwsError || fake.bugs.push(error));
            return { EndpointArn: arn };
        },
    ],
    DeleteEndpointConfig: [
        'EndpointConfigName!',
        (fake, region, { EndpointConfigName: name }) => {
            if (!region.endpointConfigs.delete(name)) throw missing('endpoint configuration', region, name);
            return undefined;
        },
    ],
    DeleteModel: [
        'ModelName!',
        (fake, region, { ModelName: name }) => {
            if (!region.models.delete(name)) throw missing('model', region, name);
            return undefined;
        },
    ],
    DescribeEndpointConfig: [
        'EndpointConfigName!',
        (fake, region, { EndpointConfigName: name }) => {
            const config = region.endpointConfigs.get(name);
            if (!config) throw missing('endpoint configuration', region, name);
            return {
                EndpointConfigName: name,
                EndpointConfigArn: config.arn,
                CreationTime: seconds(config.created),
                ...numbers(config.properties),
            };
        },
    ],
    ListEndpointConfigs: [
        'SortBy SortOrder NextToken MaxResults NameContains CreationTimeBefore CreationTimeAfter',
        (fake, region, { SortBy, SortOrder, NextToken, MaxResults }) => {
            const newest = SortBy === 'CreationTime' && SortOrder === 'Descending';
            const all = [...region.endpointConfigs].map(([name, config]) => ({
                EndpointConfigName: name,
                EndpointConfigArn: config.arn,
                CreationTime: seconds(config.created),
            }));
            const { items, token } = page(fake, newest ? all.reverse() : all, NextToken, MaxResults);
            return { EndpointConfigs: items, NextToken: token };
        },
    ],
    DescribeModel: [
        'ModelName!',
        (fake, region, { ModelName }) => {
            const model = region.models.get(ModelName);
            if (!model) throw missing('model', region, ModelName);
            return {
                ModelName,
                ModelArn: region.arn('sagemaker', `model/${ModelName}`),
                CreationTime: 0,
                PrimaryContainer: model.PrimaryContainer,
                ExecutionRoleArn: model.ExecutionRoleArn,
            };
        },
    ],
    ListEndpoints: [
        'SortBy SortOrder NextToken MaxResults NameContains StatusEquals CreationTimeBefore CreationTimeAfter LastModifiedTimeBefore LastModifiedTimeAfter',
        (fake, region) => ({
            Endpoints: [...region.endpoints.values()].map((e) => ({
                EndpointName: e.name,
                EndpointArn: e.arn,
                EndpointStatus: e.status,
                CreationTime: seconds(e.created),
                LastModifiedTime: seconds(e.modified),
            })),
        }),
    ],
});

const numbers = ({ EndpointConfigName: _, Tags: _t, ...properties }) => ({
    ...properties,
    ProductionVariants: properties.ProductionVariants.map((v) => ({
        ...v,
        InitialInstanceCount: v.InitialInstanceCount === undefined ? undefined : Number(v.InitialInstanceCount),
    })),
});

export function routeRuntime(request) {
    const match = request.path.match(
        /^\/endpoints\/([^/]+)\/(invocations|async-invocations|invocations-response-stream)$/,
    );
    const operation =
        {
            invocations: 'InvokeEndpoint',
            'async-invocations': 'InvokeEndpointAsync',
            'invocations-response-stream': 'InvokeEndpointWithResponseStream',
        }[match?.[2]] ?? '?';
    const name = decodeURIComponent(match?.[1] ?? '');
    return {
        service: 'sagemaker',
        scope: 'sagemaker',
        protocol: 'rest',
        operation,
        params: () => ({ EndpointName: name }),
        handle(fake, call) {
            if (request.method !== 'POST' || operation !== 'InvokeEndpoint')
                throw new AwsError('ValidationError', 'fakecfn: only InvokeEndpoint is answered here', 400);
            const region = fake.account.region(call.region);
            if (region.endpoints.get(name)?.status !== 'InService')
                throw new AwsError(
                    'ValidationError',
                    `Endpoint ${name} of account ${region.account.id} not found.`,
                    400,
                );
            const canned = fake.answers.get(name)?.payload ?? [{ generated_text: 'ok' }];
            return {
                status: 200,
                headers: {
                    'content-type': 'application/json',
                    'x-amzn-requestid': call.id,
                    'x-amzn-invoked-production-variant': 'AllTraffic',
                },
                body: Buffer.from(JSON.stringify(canned)),
            };
        },
    };
}
