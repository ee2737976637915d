// What a call is about, as an ARN: what its caller's policy has to allow it on.

import { findStack } from '../cloudformation/stack.mjs';

const RESOURCES = {
    cloudformation: (region, p) => {
        if (!p.StackName) return p.ChangeSetName?.startsWith('arn:') ? stackOfSet(region, p.ChangeSetName) : '*';
        if (p.StackName.startsWith('arn:')) return p.StackName;
        return findStack(region, p.StackName)?.id ?? region.arn('cloudformation', `stack/${p.StackName}/*`);
    },
    s3: (region, p, operation) => {
        if (!p.Bucket) return '*';
        const bucket = `arn:${region.partition}:s3:::${p.Bucket}`;
        return p.Key && operation !== 'DeleteObjects' ? `${bucket}/${p.Key}` : bucket;
    },
    lambda: (region, p) => (p.FunctionName ? region.arn('lambda', `function:${p.FunctionName.split(':').pop()}`) : '*'),
    logs: (region, p) => {
        const name =
            p.logGroupName ?? [p.logGroupIdentifier ?? p.logGroupIdentifiers].flat()[0]?.split(':log-group:').pop();
        return name ? forms(region.arn('logs', `log-group:${name}`)) : '*';
    },
    sagemaker: (region, p) => {
        if (p.EndpointName) return region.arn('sagemaker', `endpoint/${p.EndpointName.toLowerCase()}`);
        if (p.EndpointConfigName)
            return region.arn('sagemaker', `endpoint-config/${p.EndpointConfigName.toLowerCase()}`);
        return p.ModelName ? region.arn('sagemaker', `model/${p.ModelName.toLowerCase()}`) : '*';
    },
    ssm: (region, p) => (p.Name ? region.arn('ssm', `parameter/${p.Name.replace(/^\//, '')}`) : '*'),
    ecr: (region, p) =>
        p.repositoryName
            ? `arn:${region.partition}:ecr:${region.name}:${p.registryId ?? region.account.id}:repository/${p.repositoryName}`
            : '*',
    apigateway: (region, p) =>
        p.Path ? `arn:${region.partition}:apigateway:${region.name}::${p.Path.replace(/^\/v2/, '')}` : '*',
    sts: (region, p) => p.RoleArn ?? '*',
    iam: (region, p) => p.PolicySourceArn ?? (p.RoleName ? region.arn('iam', `role/${p.RoleName}`, true) : '*'),
};

function stackOfSet(region, arn) {
    for (const stack of region.stacks.values()) {
        for (const set of [...stack.changeSets.values(), ...stack.executedSets]) if (set.id === arn) return stack.id;
    }
    return '*';
}

// Log groups are written with and without what is in them.
export const forms = (arn) => [arn, `${arn}:*`];

export function resourceOf(region, service, operation, parameters = {}) {
    return RESOURCES[service]?.(region, parameters, operation) ?? '*';
}

// What GetCallerIdentity and the like need no permission for.
export const FREE = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:AssumeRoleWithWebIdentity']);
