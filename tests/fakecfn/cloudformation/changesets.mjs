// Change sets: made, described, executed, deleted.
//
// What they hold is worked out after CreateChangeSet has answered (work-out.mjs). One that was executed is known by its
// ARN alone; those beside it are deleted with it.

import { AwsError, validation } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { masker, shown } from '../template/parameters.mjs';
import { canonical, publicRow } from './changes.mjs';
import { createStack, updateStack } from './deploy.mjs';
import { nextOf } from './next.mjs';
import { modeOf, requireMode } from './mode.mjs';
import { findStack, mustFind, PAUSED, Stack, UPDATABLE } from './stack.mjs';
import { newSet, workOut } from './work-out.mjs';

const notFound = (name) => new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);

// By ARN, or by name within a stack.
export function findChangeSet(region, { ChangeSetName: name, StackName: stackName }) {
    if (name.startsWith('arn:')) {
        for (const stack of region.stacks.values()) {
            for (const set of [...stack.changeSets.values(), ...stack.executedSets]) if (set.id === name) return set;
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
    requireMode(stack, request.DeploymentConfig);
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
        throw validation('OnStackFailure DELETE is only valid when ChangeSetType is CREATE.');
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
    const set = newSet(fake, stack, next, request, type);
    workOut(fake, region, set).catch((error) => fake.bugs.push(error));
    return { Id: set.id, StackId: stack.id };
}

export function describeChangeSet(fake, region, request) {
    const set = findChangeSet(region, request);
    const { stack, next } = set;
    const { items, token } = page(fake, set.rows, request.NextToken);
    const mask = masker(next.parameters, stack.parameters);
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
            ? items.map((row) => publicRow(row, request.IncludePropertyValues, mask))
            : [],
        NextToken: token,
        IncludeNestedStacks: set.request.IncludeNestedStacks ?? false,
        ParentChangeSetId: set.parent?.id,
        RootChangeSetId: set.root?.id,
        OnStackFailure: set.request.OnStackFailure,
        DeploymentConfig: set.request.DeploymentConfig,
        ImportExistingResources: set.request.ImportExistingResources,
    };
}

export function executeChangeSet(fake, region, request, { identity }) {
    const set = findChangeSet(region, request);
    const { stack } = set;
    if (stack.useToken(request.ClientRequestToken, `ExecuteChangeSet ${set.id}`)) return {};
    const refuse = (text) => {
        stack.tokens.delete(request.ClientRequestToken);
        throw text instanceof AwsError ? text : new AwsError('InvalidChangeSetStatus', text);
    };
    if (set.parent) refuse(`ChangeSet [${set.id}] is nested: only its root, [${set.root.id}], can be executed`);
    if (set.status !== 'CREATE_COMPLETE')
        refuse(`ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`);
    if (set.executionStatus !== 'AVAILABLE')
        refuse(`ChangeSet [${set.id}] cannot be executed in its current execution status of [${set.executionStatus}]`);
    if (set.request.OnStackFailure && request.DisableRollback !== undefined)
        refuse(validation('You cannot specify both OnStackFailure and DisableRollback.'));
    if (set.request.DeploymentConfig && request.DisableRollback !== undefined)
        refuse(validation('You cannot specify both DisableRollback and DeploymentConfig.'));
    const allowed = set.type === 'CREATE' ? new Set(['REVIEW_IN_PROGRESS']) : new Set([...UPDATABLE, ...PAUSED]);
    if (!allowed.has(stack.status))
        refuse(validation(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`));
    execute(fake, set, request, { token: request.ClientRequestToken, identity }).catch((error) =>
        fake.bugs.push(error),
    );
    return {};
}

async function execute(fake, set, request, by) {
    const { stack } = set;
    set.executionStatus = 'EXECUTE_IN_PROGRESS';
    for (const other of stack.changeSets.values()) if (other !== set) other.executionStatus = 'OBSOLETE';
    stack.changeSetId = set.id;
    const retainExceptOnCreate = request.RetainExceptOnCreate;
    const mode = modeOf(set.request.DeploymentConfig);
    const disableRollback = mode.disableRollback ?? request.DisableRollback;
    if (set.type === 'CREATE') {
        const onFailure = set.request.OnStackFailure ?? (disableRollback ? 'DO_NOTHING' : 'ROLLBACK');
        await createStack(stack, set.next, { by, onFailure, retainExceptOnCreate, mode });
    } else
        await updateStack(stack, set.next, {
            by,
            retainExceptOnCreate,
            disableRollback: disableRollback ?? set.request.OnStackFailure === 'DO_NOTHING',
            mode,
        });
    const good = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(stack.status);
    for (const each of [set, ...set.nested]) each.executionStatus = good ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    stack.executedSets.push(set);
    stack.changeSets.clear();
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
    for (const each of [set, ...set.nested]) {
        each.stack.changeSets.delete(each.name);
        each.stack.executedSets = each.stack.executedSets.filter((s) => s !== each);
        if (each.parent && each.stack.status === 'REVIEW_IN_PROGRESS') each.stack.setStatus('DELETE_COMPLETE');
    }
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
