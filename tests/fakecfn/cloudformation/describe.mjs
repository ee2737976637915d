// Reading operations: stacks, resources, events, templates.

import { validation } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { shown } from '../template/parameters.mjs';
import { neededCapabilities } from '../template/template.mjs';
import { findChangeSet } from './changesets.mjs';
import { templateOf } from './next.mjs';
import { findStack, mustFind } from './stack.mjs';

const time = (ms) => (ms === undefined ? undefined : new Date(ms));
const withId = (name) => `Stack with id ${name} does not exist`;

// A step {stale} shows the stack as it was one status ago, or in the status that it names.
function shownStatus(stack, stale) {
    if (!stale) return [stack.status, stack.reason];
    return [typeof stale === 'string' ? stale : (stack.history.at(-1) ?? stack.status), undefined];
}

function view(stack, stale) {
    const [status, reason] = shownStatus(stack, stale);
    return {
        StackId: stack.id,
        StackName: stack.name,
        ChangeSetId: stack.changeSetId,
        Description: stack.description,
        Parameters: stack.parameters.size ? shown(stack.parameters) : undefined,
        CreationTime: time(stack.created),
        DeletionTime: time(stack.ended),
        LastUpdatedTime: time(stack.updated),
        RollbackConfiguration: {},
        StackStatus: status,
        StackStatusReason: reason,
        DisableRollback: stack.disableRollback,
        DeploymentConfig: stack.mode?.config && { Mode: 'STANDARD', ...stack.mode.config },
        NotificationARNs: stack.notificationArns,
        Capabilities: stack.capabilities.length ? stack.capabilities : undefined,
        Outputs: stack.outputs.length ? stack.outputs : undefined,
        RoleARN: stack.roleArn,
        Tags: stack.tags,
        EnableTerminationProtection: stack.gone ? undefined : stack.terminationProtection,
        ParentId: stack.parent?.id,
        RootId: stack.root?.id,
        DriftInformation: { StackDriftStatus: stack.drift.status, LastCheckTimestamp: stack.drift.time },
        LastOperations: stack.lastOperations.length ? stack.lastOperations : undefined,
    };
}

export function describeStacks(fake, region, { StackName: name, NextToken }, { step }) {
    if (name !== undefined) return { Stacks: [view(mustFind(region, name, withId(name)), step.stale)] };
    const { items, token } = page(fake, [...region.stacks.values()].filter((s) => !s.gone).reverse(), NextToken);
    return { Stacks: items.map((s) => view(s)), NextToken: token };
}

export function listStacks(fake, region, { StackStatusFilter: filter, NextToken }) {
    const all = [...region.stacks.values()].filter((s) => !filter?.length || filter.includes(s.status)).reverse();
    const { items, token } = page(fake, all, NextToken);
    return {
        StackSummaries: items.map((s) => ({
            StackId: s.id,
            StackName: s.name,
            TemplateDescription: s.description,
            CreationTime: time(s.created),
            LastUpdatedTime: time(s.updated),
            DeletionTime: time(s.ended),
            StackStatus: s.status,
            StackStatusReason: s.reason,
            ParentId: s.parent?.id,
            RootId: s.root?.id,
            DriftInformation: { StackDriftStatus: s.drift.status },
        })),
        NextToken: token,
    };
}

export function describeStackEvents(fake, region, { StackName, NextToken }) {
    const stack = mustFind(region, StackName);
    const { items, token } = page(fake, [...stack.events].reverse(), NextToken);
    return { StackEvents: items, NextToken: token };
}

export function describeEvents(fake, region, request) {
    const { StackName, ChangeSetName, OperationId, NextToken } = request;
    if (!StackName && !ChangeSetName && !OperationId)
        throw validation('At least one of StackName, ChangeSetName, or OperationId must be specified.');
    const stacks = StackName ? [mustFind(region, StackName)] : [...region.stacks.values()];
    let events;
    if (ChangeSetName) events = findChangeSet(region, request).events;
    else
        events = stacks.flatMap((s) => [
            ...s.operationEvents,
            ...[...s.changeSets.values(), ...s.executedSets].flatMap((c) => c.events),
        ]);
    if (OperationId) events = events.filter((e) => e.OperationId === OperationId);
    if (request.Filters?.FailedEvents)
        events = events.filter((e) => /_ERROR$/.test(e.EventType) || e.OperationStatus === 'FAILED');
    const { items, token } = page(fake, [...events].reverse(), NextToken);
    return { OperationEvents: items, NextToken: token };
}

function resourceView(stack, record, stamp) {
    return {
        StackName: stack.name,
        StackId: stack.id,
        LogicalResourceId: record.logicalId,
        PhysicalResourceId: record.id,
        ResourceType: record.type,
        [stamp]: record.time,
        ResourceStatus: record.status,
        ResourceStatusReason: record.reason,
        DriftInformation: { StackResourceDriftStatus: record.drift ?? 'NOT_CHECKED' },
    };
}

export function describeStackResources(fake, region, { StackName, LogicalResourceId, PhysicalResourceId }) {
    if ((StackName === undefined) === (PhysicalResourceId === undefined))
        throw validation('One of StackName or PhysicalResourceId must be specified, but not both');
    const stack = StackName
        ? mustFind(region, StackName, withId(StackName))
        : [...region.stacks.values()].find((s) => [...s.resources.values()].some((r) => r.id === PhysicalResourceId));
    if (!stack) throw validation(`Stack for ${PhysicalResourceId} does not exist`);
    const all = [...stack.resources.values()].filter(
        (r) => LogicalResourceId === undefined || r.logicalId === LogicalResourceId,
    );
    return { StackResources: all.slice(0, 100).map((r) => resourceView(stack, r, 'Timestamp')) };
}

export function describeStackResource(fake, region, { StackName, LogicalResourceId }) {
    const stack = mustFind(region, StackName, `Stack '${StackName}' does not exist`);
    const record = stack.resources.get(LogicalResourceId);
    if (!record) throw validation(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    const metadata = record.definition?.Metadata;
    return {
        StackResourceDetail: {
            ...resourceView(stack, record, 'LastUpdatedTimestamp'),
            Metadata: JSON.stringify(metadata ?? {}),
        },
    };
}

export function listStackResources(fake, region, { StackName, NextToken }) {
    const stack = mustFind(region, StackName, withId(StackName));
    const { items, token } = page(fake, [...stack.resources.values()], NextToken);
    return {
        StackResourceSummaries: items.map((r) => {
            const { StackName: _n, StackId: _i, ...summary } = resourceView(stack, r, 'LastUpdatedTimestamp');
            return summary;
        }),
        NextToken: token,
    };
}

export function getTemplate(fake, region, request) {
    if (request.ChangeSetName === undefined && request.StackName === undefined)
        throw validation('StackName is required');
    const body =
        request.ChangeSetName !== undefined
            ? findChangeSet(region, request).next.body
            : mustFind(region, request.StackName, withId(request.StackName)).body;
    // A stack that is under review has no template yet: the answer goes without it.
    return { TemplateBody: body, StagesAvailable: ['Original', 'Processed'] };
}

const parametersOf = (template, more) =>
    Object.entries(template.parameters).map(([ParameterKey, p]) => ({
        ParameterKey,
        DefaultValue: p.Default,
        NoEcho: p.NoEcho === true || p.NoEcho === 'true',
        Description: p.Description,
        ...(more ? { ParameterType: p.Type } : {}),
    }));

export function validateTemplate(fake, region, request) {
    const { template } = templateOf(fake, region, null, request);
    const { capabilities, reason } = neededCapabilities(template);
    return {
        Parameters: parametersOf(template),
        Description: template.description,
        Capabilities: capabilities.length ? capabilities : undefined,
        CapabilitiesReason: reason,
        DeclaredTransforms: template.transforms.length ? template.transforms : undefined,
    };
}

export function getTemplateSummary(fake, region, request) {
    const stack = request.StackName && findStack(region, request.StackName);
    if (request.StackName && !stack) throw validation(withId(request.StackName));
    const { template } = templateOf(fake, region, stack, stack ? { UsePreviousTemplate: true } : request);
    const { capabilities, reason } = neededCapabilities(template);
    return {
        Parameters: parametersOf(template, true),
        Description: template.description,
        Capabilities: capabilities.length ? capabilities : undefined,
        CapabilitiesReason: reason,
        ResourceTypes: [...new Set(Object.values(template.resources).map((r) => r.Type))],
        Version: template.source.AWSTemplateFormatVersion,
        Metadata: template.source.Metadata && JSON.stringify(template.source.Metadata),
    };
}

export function listExports(fake, region, { NextToken }) {
    const all = [...region.stacks.values()]
        .filter((s) => !s.gone)
        .flatMap((s) =>
            s.outputs
                .filter((o) => o.ExportName)
                .map((o) => ({ ExportingStackId: s.id, Name: o.ExportName, Value: o.OutputValue })),
        );
    const { items, token } = page(fake, all, NextToken);
    return { Exports: items, NextToken: token };
}
