// Change sets: made, described, executed, deleted.
//
// A change set is worked out some time after CreateChangeSet answered. Validation that CloudFormation runs then
// (properties, names taken, hooks) ends in FAILED with a StatusReason, and in events for DescribeEvents.

import { randomUUID } from 'node:crypto';
import { AwsError, validation } from '../wire/errors.mjs';
import { existsElsewhere } from '../resources/drivers.mjs';
import { problemsOf } from '../resources/schema.mjs';
import { page } from '../wire/page.mjs';
import { shown } from '../template/parameters.mjs';
import { canonical, computeChanges, publicRow } from './changes.mjs';
import { createStack, updateStack } from './deploy.mjs';
import { nextOf } from './next.mjs';
import { findStack, mustFind, PAUSED, Stack, UPDATABLE } from './stack.mjs';

const NOTHING =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
const EARLY = (names) =>
    `The following hook(s)/validation failed: [${names.join(', ')}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`;

const notFound = (name) => new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);

// By ARN, or by name within a stack.
export function findChangeSet(region, { ChangeSetName: name, StackName: stackName }) {
    if (name.startsWith('arn:')) {
        for (const stack of region.stacks.values()) {
            for (const set of [...stack.changeSets.values(), ...(stack.oldChangeSets ?? [])])
                if (set.id === name) return set;
        }
        throw notFound(name);
    }
    if (stackName === undefined)
        throw validation('StackName must be specified if ChangeSetName is not specified as an ARN.');
    const found = mustFind(region, stackName).changeSets.get(name);
    if (!found) throw notFound(name);
    return found;
}

function stackFor(fake, region, request, type) {
    const name = request.StackName;
    const stack = findStack(region, name);
    if (type === 'CREATE') {
        if (stack && stack.status !== 'REVIEW_IN_PROGRESS') {
            throw validation(
                `Stack [${name}] already exists and cannot be created again with the changeSet [${request.ChangeSetName}].`,
            );
        }
        if (!stack && name.startsWith('arn:')) throw validation(`Stack [${name}] does not exist`);
        return stack;
    }
    if (!stack) throw validation(`Stack [${name}] does not exist`);
    stack.requireState(new Set([...UPDATABLE, ...PAUSED]), 'updated');
    return stack;
}

// The same request again is the same change set; another under its name is refused.
function existing(stack, request) {
    const set = stack?.changeSets.get(request.ChangeSetName);
    if (!set) return null;
    const parts = {
        ClientToken: 'ClientToken',
        Template: 'TemplateBody',
        TemplateURL: 'TemplateURL',
        Parameters: 'Parameters',
        Tags: 'Tags',
        Description: 'Description',
        Capabilities: 'Capabilities',
    };
    for (const [attribute, member] of Object.entries(parts)) {
        if (canonical(set.request[member]) === canonical(request[member])) continue;
        throw new AwsError(
            'AlreadyExistsException',
            `ChangeSet ${request.ChangeSetName} cannot be created due to a mismatch with existing attribute ${attribute.replace('TemplateURL', 'Template')}`,
        );
    }
    return set;
}

export function createChangeSet(fake, region, request) {
    const type = request.ChangeSetType ?? 'UPDATE';
    if (type === 'IMPORT') throw validation('fakecfn: change sets of type IMPORT are not kept here');
    if (request.OnStackFailure === 'DELETE' && type !== 'CREATE')
        throw validation('OnStackFailure DELETE is only valid when ChangeSetType is CREATE');
    const before = stackFor(fake, region, request, type);
    const again = existing(before, request);
    if (again) return { Id: again.id, StackId: again.stack.id };
    const next = nextOf(fake, region, before, request);
    const stack = before ?? new Stack(fake, region, request.StackName);
    if (!before) {
        stack.begin('CREATE_CHANGESET');
        stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
        stack.running = null;
    }
    const operation = { id: randomUUID(), type: 'CREATE_CHANGESET' };
    const set = {
        name: request.ChangeSetName,
        id: region.arn('cloudformation', `changeSet/${request.ChangeSetName}/${randomUUID()}`),
        stack,
        next,
        request,
        type,
        operation,
        status: 'CREATE_PENDING',
        executionStatus: 'UNAVAILABLE',
        created: new Date(fake.now()),
        rows: [],
        events: [],
        hooks: [],
    };
    stack.changeSets.set(set.name, set);
    stack.lastOperations = [
        { OperationType: 'CREATE_CHANGESET', OperationId: operation.id },
        ...stack.lastOperations,
    ].slice(0, 10);
    workOut(fake, region, set).catch((error) => fake.bugs.push(error));
    return { Id: set.id, StackId: stack.id };
}

async function workOut(fake, region, set) {
    await fake.pauseChangeSet();
    set.status = 'CREATE_IN_PROGRESS';
    await fake.pauseChangeSet();
    const { stack, next } = set;
    if (!stack.changeSets.has(set.name)) return;
    try {
        set.rows = computeChanges(stack, next);
    } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return void fail(set, error.message);
    }
    if (set.type === 'UPDATE' && nothingChanges(set))
        return void fail(set, next.template.transforms.length ? 'No updates are to be performed.' : NOTHING);
    const names = validateEarly(fake, region, set);
    const hooks = fake.takeHooks();
    set.hooks = hooks;
    if (names.length) return void fail(set, EARLY(names));
    const failing = hooks.filter((h) => h.status.endsWith('FAILED') && h.mode !== 'WARN');
    if (failing.length)
        return void fail(set, `The following hook(s) failed: [${failing.map((h) => h.type).join(', ')}]`);
    const forced = fake.takeChangeSetFailure();
    if (forced) return void fail(set, forced);
    Object.assign(set, { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' });
}

function fail(set, reason) {
    Object.assign(set, { status: 'FAILED', reason, executionStatus: 'UNAVAILABLE' });
    if (reason === NOTHING) set.rows = [];
}

function nothingChanges({ rows, stack, next }) {
    return (
        !rows.length &&
        canonical(stack.template.outputs) === canonical(next.template.outputs) &&
        canonical(stack.tags) === canonical(next.tags) &&
        !PAUSED.has(stack.status)
    );
}

// Answers the names of the validations that failed; what they found goes into the change set's events.
function validateEarly(fake, region, set) {
    const found = [...fake.takeValidations()];
    if (!set.request.DisableValidation) {
        for (const row of set.rows.filter((r) => r.after)) {
            for (const problem of problemsOf(row.ResourceType, row.after)) {
                found.push({
                    name: 'PropertyValidation',
                    logicalId: row.LogicalResourceId,
                    type: row.ResourceType,
                    path: `/Resources/${row.LogicalResourceId}/Properties${problem.path}`,
                    reason: problem.message,
                });
            }
            if (row.Action === 'Add' && existsElsewhere(fake, region, set.stack, row.ResourceType, row.after)) {
                found.push({
                    name: 'ResourceExistenceCheck',
                    logicalId: row.LogicalResourceId,
                    type: row.ResourceType,
                    path: `/Resources/${row.LogicalResourceId}`,
                    reason: `Resource of type '${row.ResourceType}' with identifier '${existingName(row)}' already exists.`,
                });
            }
        }
    }
    for (const f of found) set.events.push(validationEvent(fake, set, f));
    return [...new Set(found.filter((f) => f.mode !== 'WARN').map((f) => `AWS::EarlyValidation::${f.name}`))];
}

const existingName = (row) => Object.entries(row.after).find(([k]) => k.endsWith('Name') || k === 'Name')?.[1];

function validationEvent(fake, set, { name, logicalId, type, path, reason, mode = 'FAIL' }) {
    const time = new Date(fake.now());
    return {
        EventId: randomUUID(),
        StackId: set.stack.id,
        OperationId: set.operation.id,
        OperationType: 'CREATE_CHANGESET',
        EventType: 'VALIDATION_ERROR',
        LogicalResourceId: logicalId,
        PhysicalResourceId: '',
        ResourceType: type,
        Timestamp: time,
        ValidationFailureMode: mode,
        ValidationName: name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase(),
        ValidationStatus: 'FAILED',
        ValidationStatusReason: reason,
        ValidationPath: path,
    };
}

export function describeChangeSet(fake, region, request) {
    const set = findChangeSet(region, request);
    const { stack, next } = set;
    const { items, token } = page(fake, set.rows, request.NextToken);
    return {
        ChangeSetName: set.name,
        ChangeSetId: set.id,
        StackId: stack.id,
        StackName: stack.name,
        Description: set.request.Description,
        Parameters: next.parameters.size ? shown(next.parameters) : undefined,
        CreationTime: set.created,
        ExecutionStatus: set.executionStatus,
        Status: set.status,
        StatusReason: set.reason,
        NotificationARNs: next.notificationArns,
        RollbackConfiguration: {},
        Capabilities: next.capabilities,
        Tags: next.tags.length ? next.tags : undefined,
        Changes: ['CREATE_COMPLETE', 'FAILED'].includes(set.status)
            ? items.map((row) => publicRow(row, request.IncludePropertyValues))
            : [],
        NextToken: token,
        IncludeNestedStacks: set.request.IncludeNestedStacks ?? false,
        OnStackFailure: set.request.OnStackFailure,
        ImportExistingResources: set.request.ImportExistingResources,
    };
}

export function executeChangeSet(fake, region, request) {
    const set = findChangeSet(region, request);
    const { stack } = set;
    if (stack.useToken(request.ClientRequestToken, `ExecuteChangeSet ${set.id}`)) return {};
    const refuse = (text) => {
        stack.tokens.delete(request.ClientRequestToken);
        throw text instanceof AwsError ? text : new AwsError('InvalidChangeSetStatus', text);
    };
    if (set.status !== 'CREATE_COMPLETE')
        refuse(`ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`);
    if (set.executionStatus !== 'AVAILABLE')
        refuse(`ChangeSet [${set.id}] cannot be executed in its current execution status of [${set.executionStatus}]`);
    if (set.request.OnStackFailure && request.DisableRollback !== undefined)
        refuse(
            validation(
                'You cannot specify DisableRollback on ExecuteChangeSet when OnStackFailure was specified on CreateChangeSet',
            ),
        );
    const allowed = set.type === 'CREATE' ? new Set(['REVIEW_IN_PROGRESS']) : new Set([...UPDATABLE, ...PAUSED]);
    if (!allowed.has(stack.status))
        refuse(validation(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`));
    execute(fake, set, request).catch((error) => fake.bugs.push(error));
    return {};
}

async function execute(fake, set, request) {
    const { stack } = set;
    set.executionStatus = 'EXECUTE_IN_PROGRESS';
    for (const other of stack.changeSets.values())
        if (other !== set) (stack.oldChangeSets ??= []).push(Object.assign(other, { executionStatus: 'OBSOLETE' }));
    stack.changeSets = new Map([[set.name, set]]);
    stack.changeSetId = set.id;
    const token = request.ClientRequestToken;
    if (set.type === 'CREATE') {
        const onFailure = set.request.OnStackFailure ?? (request.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
        await createStack(stack, set.next, { token, onFailure });
    } else
        await updateStack(stack, set.next, {
            token,
            disableRollback: request.DisableRollback ?? set.request.OnStackFailure === 'DO_NOTHING',
        });
    set.executionStatus = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(stack.status)
        ? 'EXECUTE_COMPLETE'
        : 'EXECUTE_FAILED';
}

export function deleteChangeSet(fake, region, request) {
    let set;
    try {
        set = findChangeSet(region, request);
    } catch (error) {
        if (error.code !== 'ChangeSetNotFound') throw error;
        return {};
    }
    if (set.executionStatus === 'EXECUTE_IN_PROGRESS')
        throw new AwsError(
            'InvalidChangeSetStatus',
            `ChangeSet [${set.id}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]`,
        );
    set.stack.changeSets.delete(set.name);
    set.stack.oldChangeSets = set.stack.oldChangeSets?.filter((s) => s !== set);
    return {};
}

export function listChangeSets(fake, region, request) {
    const stack = mustFind(region, request.StackName);
    const { items, token } = page(fake, [...stack.changeSets.values()], request.NextToken);
    return {
        Summaries: items.map((s) => ({
            StackId: stack.id,
            StackName: stack.name,
            ChangeSetId: s.id,
            ChangeSetName: s.name,
            ExecutionStatus: s.executionStatus,
            Status: s.status,
            StatusReason: s.reason,
            CreationTime: s.created,
            Description: s.request.Description,
            IncludeNestedStacks: s.request.IncludeNestedStacks ?? false,
        })),
        NextToken: token,
    };
}
