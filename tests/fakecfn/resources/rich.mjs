// Resource types with a life of their own: functions, URLs, log groups, buckets, models, endpoints, SSM parameters.
//
// Each: name, arn, id, attributes as in simple.mjs, and create, update, remove that change the account and throw
// ResourceError with the reason AWS gives.

import { handlerError, serviceText } from './error.mjs';
import { createFunction, updateFunction } from '../services/lambda-state.mjs';
import { createEndpoint, removeEndpoint, updateEndpoint } from '../services/sagemaker-state.mjs';
import { newBucket, validBucketName } from '../s3/buckets.mjs';

const arnOf = (service, path) => (r) => r.region.arn(service, path(r.name));

function sameText(text, what) {
    return handlerError('InvalidRequest', serviceText(text, what));
}

export const RICH = {
    'AWS::Lambda::Function': {
        name: 'FunctionName',
        max: 64,
        arn: arnOf('lambda', (n) => `function:${n}`),
        attributes: (r) => ({ SnapStartResponse: {}, Arn: r.arn }),
        create: (r) => createFunction(r),
        update: (r) => updateFunction(r),
        remove: (r) => r.region.functions.delete(r.name),
    },
    'AWS::Lambda::Url': {
        id: (r) => functionOf(r).arn,
        attributes: (r) => ({ FunctionArn: functionOf(r).arn, FunctionUrl: functionOf(r).url?.FunctionUrl }),
        create(r) {
            const fn = functionOf(r);
            if (fn.url)
                throw handlerError(
                    'AlreadyExists',
                    serviceText(
                        'Failed to create function url config for [functionArn = ' +
                            fn.arn +
                            ']. Error message:  FunctionUrlConfig exists for this Lambda function',
                        'Lambda',
                        409,
                    ),
                );
            fn.url = {
                FunctionUrl: `https://${r.account.random(32, 'abcdefghijklmnopqrstuvwxyz234567')}.lambda-url.${r.region.name}.on.aws/`,
                AuthType: r.properties.AuthType,
                InvokeMode: r.properties.InvokeMode ?? 'BUFFERED',
                Cors: r.properties.Cors,
            };
        },
        update(r) {
            Object.assign(functionOf(r).url, {
                AuthType: r.properties.AuthType,
                InvokeMode: r.properties.InvokeMode ?? 'BUFFERED',
                Cors: r.properties.Cors,
            });
        },
        remove(r) {
            const fn = r.region.functions.get(nameOf(r.properties.TargetFunctionArn));
            if (fn) delete fn.url;
        },
    },
    'AWS::Lambda::Permission': {
        attributes: (r) => ({ Id: r.id }),
        create(r) {
            const fn = functionOf(r, r.properties.FunctionName);
            if (r.properties.FunctionUrlAuthType && r.properties.Action !== 'lambda:InvokeFunctionUrl') {
                throw sameText('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action', 'Lambda');
            }
            fn.policy.set(r.id, r.properties);
        },
        remove: (r) => r.region.functions.get(nameOf(r.properties.FunctionName))?.policy.delete(r.id),
    },
    'AWS::Logs::LogGroup': {
        name: 'LogGroupName',
        max: 512,
        arn: (r) => `${r.region.arn('logs', `log-group:${r.name}`)}:*`,
        identifier: (n) => `{"/properties/LogGroupName":"${n}"}`,
        create(r) {
            if (r.region.logGroups.has(r.name))
                throw handlerError(
                    'AlreadyExists',
                    `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"${r.name}"}' already exists.`,
                );
            const days = r.properties.RetentionInDays;
            if (
                days !== undefined &&
                ![
                    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
                    3653,
                ].includes(Number(days))
            ) {
                throw handlerError(
                    'InvalidRequest',
                    `Model validation failed (#/RetentionInDays: #: ${days} is not a valid enum value)`,
                );
            }
            r.region.logGroups.set(r.name, []);
        },
        remove: (r) => r.region.logGroups.delete(r.name),
    },
    'AWS::S3::Bucket': {
        name: 'BucketName',
        max: 63,
        lower: true,
        everywhere: true,
        stateful: true,
        arn: (r) => `arn:${r.region.partition}:s3:::${r.name}`,
        attributes: (r) => ({
            DomainName: `${r.name}.s3.${r.region.suffix}`,
            RegionalDomainName: `${r.name}.s3.${r.region.name}.${r.region.suffix}`,
            WebsiteURL: `http://${r.name}.s3-website-${r.region.name}.${r.region.suffix}`,
            DualStackDomainName: `${r.name}.s3.dualstack.${r.region.name}.${r.region.suffix}`,
        }),
        create(r) {
            if (!validBucketName(r.name))
                throw handlerError(
                    'InvalidRequest',
                    `Bucket name should not contain '${r.name.match(/[^a-z0-9.-]/)?.[0] ?? ''}'`,
                );
            if (r.account.buckets.has(r.name)) throw handlerError('AlreadyExists', `${r.name} already exists`);
            r.account.buckets.set(r.name, newBucket(r.name, r.region.name, r.account.id));
        },
        remove(r) {
            const bucket = r.account.buckets.get(r.name);
            if (bucket?.objects.size)
                throw handlerError(
                    'InvalidRequest',
                    `The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: ${r.account.random(16)}, Extended Request ID: x)`,
                );
            r.account.buckets.delete(r.name);
        },
    },
    'AWS::SSM::Parameter': {
        name: 'Name',
        max: 512,
        attributes: (r) => ({ Type: r.properties.Type, Value: r.properties.Value }),
        create(r) {
            if (r.region.parameters.has(r.name))
                throw handlerError('AlreadyExists', `${r.name} already exists in stack`);
            r.region.parameters.set(r.name, {
                Name: r.name,
                Type: r.properties.Type,
                Value: r.properties.Value,
                Version: 1,
            });
        },
        update: (r) => Object.assign(r.region.parameters.get(r.name), { Value: r.properties.Value }),
        remove: (r) => r.region.parameters.delete(r.name),
    },
    'AWS::SageMaker::Model': {
        name: 'ModelName',
        max: 63,
        arn: arnOf('sagemaker', (n) => `model/${n.toLowerCase()}`),
        id: (r) => r.arn,
        attributes: (r) => ({ ModelName: r.name, ModelArn: r.arn }),
        create: (r) => void r.region.models.set(r.name, r.properties),
        remove: (r) => r.region.models.delete(r.name),
    },
    'AWS::SageMaker::EndpointConfig': {
        name: 'EndpointConfigName',
        max: 63,
        arn: arnOf('sagemaker', (n) => `endpoint-config/${n.toLowerCase()}`),
        id: (r) => r.arn,
        attributes: (r) => ({ EndpointConfigName: r.name, EndpointConfigArn: r.arn }),
        create(r) {
            for (const variant of r.properties.ProductionVariants) {
                if (variant.ModelName && !r.region.models.has(variant.ModelName)) {
                    throw sameText(
                        `Could not find model "${r.region.arn('sagemaker', `model/${variant.ModelName}`)}".`,
                        'SageMaker',
                    );
                }
            }
            r.region.endpointConfigs.set(r.name, { properties: r.properties, arn: r.arn, created: r.fake.now() });
        },
        remove: (r) => r.region.endpointConfigs.delete(r.name),
    },
    'AWS::SageMaker::Endpoint': {
        name: 'EndpointName',
        max: 63,
        arn: arnOf('sagemaker', (n) => `endpoint/${n.toLowerCase()}`),
        id: (r) => r.arn,
        attributes: (r) => ({ EndpointName: r.name, EndpointArn: r.arn }),
        create: createEndpoint,
        update: updateEndpoint,
        remove: removeEndpoint,
    },
};

export const nameOf = (arnOrName) =>
    String(arnOrName)
        .replace(/^arn:[^:]*:lambda:[^:]*:\d*:function:/, '')
        .split(':')[0];

function functionOf(r, reference = r.properties.TargetFunctionArn) {
    const fn = r.region.functions.get(nameOf(reference));
    if (!fn)
        throw handlerError(
            'NotFound',
            serviceText(
                `Function not found: ${r.region.arn('lambda', `function:${nameOf(reference)}`)}`,
                'Lambda',
                404,
            ),
        );
    return fn;
}
