// Drift and hooks. Drift is what fake.drift(stack, logicalId, …) planted: the fake compares nothing with real things.

import { randomUUID } from 'node:crypto';
import { AwsError, validation } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { mustFind } from './stack.mjs';

export function detectStackDrift(fake, region, request) {
    const stack = mustFind(region, request.StackName, `Stack [${request.StackName}] does not exist`);
    if (!/_COMPLETE$|^UPDATE_ROLLBACK_FAILED$/.test(stack.status) || stack.status === 'DELETE_COMPLETE') {
        throw validation(`Drift detection cannot be performed on stack ${stack.id} in state ${stack.status}`);
    }
    const id = randomUUID();
    const detection = { id, stack, status: 'DETECTION_IN_PROGRESS', time: new Date(fake.now()) };
    region.drifts.set(id, detection);
    setTimeout(() => conclude(fake, detection, request.LogicalResourceIds), fake.options.driftMs ?? 20);
    return { StackDriftDetectionId: id };
}

function conclude(fake, detection, only) {
    const { stack } = detection;
    let count = 0;
    for (const record of stack.resources.values()) {
        if (only && !only.includes(record.logicalId)) continue;
        record.drift = record.planted?.status ?? 'IN_SYNC';
        record.driftTime = new Date(fake.now());
        if (['MODIFIED', 'DELETED'].includes(record.drift)) count++;
    }
    const status = count ? 'DRIFTED' : 'IN_SYNC';
    stack.drift = { status, time: new Date(fake.now()) };
    Object.assign(detection, { status: 'DETECTION_COMPLETE', result: status, count, time: new Date(fake.now()) });
}

export function driftStatus(fake, region, { StackDriftDetectionId: id }) {
    const d = region.drifts.get(id);
    if (!d) throw validation(`No drift detection found with id ${id}`);
    return {
        StackId: d.stack.id,
        StackDriftDetectionId: id,
        StackDriftStatus: d.result,
        DetectionStatus: d.status,
        DriftedStackResourceCount: d.count,
        Timestamp: d.time,
    };
}

export function resourceDrifts(fake, region, request) {
    const stack = mustFind(region, request.StackName, `Stack [${request.StackName}] does not exist`);
    const filter = request.StackResourceDriftStatusFilters;
    const all = [...stack.resources.values()].filter((r) => r.drift && (!filter?.length || filter.includes(r.drift)));
    const { items, token } = page(fake, all, request.NextToken, request.MaxResults);
    return {
        StackResourceDrifts: items.map((r) => ({
            StackId: stack.id,
            LogicalResourceId: r.logicalId,
            PhysicalResourceId: r.id,
            ResourceType: r.type,
            ExpectedProperties: JSON.stringify(r.properties),
            ActualProperties:
                r.drift === 'DELETED' ? undefined : JSON.stringify({ ...r.properties, ...r.planted?.actual }),
            PropertyDifferences: Object.entries(r.planted?.actual ?? {}).map(([name, value]) => ({
                PropertyPath: `/${name}`,
                ExpectedValue: text(r.properties[name]),
                ActualValue: text(value),
                DifferenceType: name in r.properties ? 'NOT_EQUAL' : 'ADD',
            })),
            StackResourceDriftStatus: r.drift,
            Timestamp: r.driftTime,
        })),
        NextToken: token,
    };
}

const text = (value) => (value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

export function listHookResults(fake, region, { TargetType, TargetId, Status, NextToken }) {
    let hooks = [];
    for (const stack of region.stacks.values())
        for (const set of stack.changeSets.values()) if (set.id === TargetId) ({ hooks } = set);
    if (TargetId && !TargetId.startsWith('arn:'))
        throw new AwsError('HookResultNotFound', `No hook results found for ${TargetId}`, 404);
    const { items, token } = page(
        fake,
        hooks.filter((h) => !Status || h.status === Status),
        NextToken,
    );
    return {
        TargetType,
        TargetId,
        NextToken: token,
        HookResults: items.map((h) => ({
            HookResultId: h.id ?? randomUUID(),
            InvocationPoint: 'PRE_PROVISION',
            FailureMode: h.mode ?? 'FAIL',
            TypeName: h.type,
            TypeVersionId: '00000001',
            TypeConfigurationVersionId: '1',
            Status: h.status,
            HookStatusReason: h.reason,
            InvokedAt: new Date(fake.now()),
            TargetType,
            TargetId,
        })),
    };
}
