// Endpoints as the account keeps them. fake.endpointTrouble(name, …) says what goes wrong with the next change.

import { handlerError, serviceText } from '../resources/error.mjs';

// As CloudFormation words it; `plain`: as SageMaker itself does.
const fail = (text, code = 'InvalidRequest') =>
    Object.assign(handlerError(code, serviceText(text, 'SageMaker')), { plain: text });

function configOf(r) {
    const name = r.properties.EndpointConfigName;
    const config = r.region.endpointConfigs.get(name);
    if (!config)
        throw fail(
            `Could not find endpoint configuration "${r.region.arn('sagemaker', `endpoint-config/${name}`)}".`,
            'NotFound',
        );
    return { name, config };
}

// Quotas count instances by type, over all endpoints of the region.
function checkQuota(r, config) {
    for (const variant of config.properties.ProductionVariants) {
        const type = variant.InstanceType;
        const quota = type && r.fake.quota(r.region.name, `${type} for endpoint usage`);
        if (quota === undefined || quota === null) continue;
        const used = [...r.region.endpoints.values()]
            .filter((e) => e.name !== r.name)
            .flatMap((e) => r.region.endpointConfigs.get(e.configName)?.properties.ProductionVariants ?? [])
            .filter((v) => v.InstanceType === type)
            .reduce((sum, v) => sum + Number(v.InitialInstanceCount ?? 1), 0);
        const wanted = Number(variant.InitialInstanceCount ?? 1);
        if (used + wanted > quota) {
            throw fail(
                `The account-level service limit '${type} for endpoint usage' is ${quota} Instances, with current utilization of ${used} Instances and a request delta of ${wanted} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
                'ServiceLimitExceeded',
            );
        }
    }
}

// SageMaker does one thing with an endpoint at a time. What CloudFormation itself waits for it has the patience for.
function refuseInProgress(r, endpoint) {
    if (endpoint.background && /^(Creating|Updating)$/.test(endpoint.status))
        throw fail(`Cannot update in-progress endpoint "${r.arn}".`);
}

const inBackground = (r) => r.stack === undefined || r.stack.mode?.express === true;

export function removeEndpoint(r) {
    const endpoint = r.region.endpoints.get(r.name);
    if (endpoint) refuseInProgress(r, endpoint);
    r.region.endpoints.delete(r.name);
}

export function createEndpoint(r) {
    if (r.region.endpoints.has(r.name))
        throw fail(`Cannot create already existing endpoint "${r.arn}".`, 'AlreadyExists');
    const { name, config } = configOf(r);
    checkQuota(r, config);
    const endpoint = {
        name: r.name,
        arn: r.arn,
        configName: name,
        status: 'Creating',
        created: r.fake.now(),
        modified: r.fake.now(),
        background: inBackground(r),
    };
    r.region.endpoints.set(r.name, endpoint);
    return {
        settle() {
            const trouble = r.fake.takeTrouble(r.name);
            endpoint.modified = r.fake.now();
            if (trouble?.fail) {
                Object.assign(endpoint, { status: 'Failed', failureReason: trouble.fail });
                throw fail(trouble.fail, 'NotStabilized');
            }
            endpoint.status = 'InService';
        },
    };
}

export function updateEndpoint(r) {
    const endpoint = r.region.endpoints.get(r.name);
    if (!endpoint) throw fail(`Could not find endpoint "${r.arn}".`, 'NotFound');
    const { name, config } = configOf(r);
    if (name === endpoint.configName) return {};
    refuseInProgress(r, endpoint);
    if (endpoint.status === 'Failed') throw fail(`Cannot update endpoint "${r.arn}" in status Failed.`);
    // It moves from one to the other, so both have to be there.
    if (!r.region.endpointConfigs.has(endpoint.configName))
        throw fail(
            `Could not find endpoint configuration "${r.region.arn('sagemaker', `endpoint-config/${endpoint.configName}`)}".`,
            'NotFound',
        );
    checkQuota(r, config);
    endpoint.background = inBackground(r);
    endpoint.status = 'Updating';
    endpoint.pending = name;
    return {
        settle() {
            const trouble = r.fake.takeTrouble(r.name);
            endpoint.status = 'InService';
            endpoint.modified = r.fake.now();
            delete endpoint.pending;
            if (trouble?.fail) {
                endpoint.failureReason = trouble.fail;
                throw fail(trouble.fail, 'NotStabilized');
            }
            // The silent rollback: in service again, but with what it had before.
            if (trouble?.rollBack) endpoint.failureReason = trouble.rollBack;
            else {
                endpoint.configName = name;
                delete endpoint.failureReason;
            }
        },
    };
}
