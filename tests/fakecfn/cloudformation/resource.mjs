// One resource of a stack: made, changed, replaced, removed, with the events that CloudFormation writes.
//
// In: a run (a deployment's context: stack, pause, stopped). Throws what made it fail after the *_FAILED event is written.

import { beginCreate, beginUpdate, describe, remove } from '../resources/drivers.mjs';
import { neededFor } from '../permissions/resources.mjs';
import { handlerError, ResourceError, serviceText } from '../resources/error.mjs';
import { problemsOf, recreation } from '../resources/schema.mjs';
import { accessDenied, AwsError } from '../wire/errors.mjs';
import { canonical } from './changes.mjs';
import { deniedBy } from './policy.mjs';
import { SAID } from './mode.mjs';
import { createNested, removeNested, updateNested } from './nested.mjs';

export class Cancelled extends Error {}

const NESTED = 'AWS::CloudFormation::Stack';

function context(stack, record) {
    return {
        fake: stack.fake,
        account: stack.fake.account,
        region: stack.region,
        stack,
        logicalId: record.logicalId,
        type: record.type,
        properties: record.properties,
    };
}

// What a failure says in its event; a bug of the fake must not pass for one of AWS's.
function reasonOf(error, cancelled) {
    if (error instanceof Cancelled) return cancelled;
    if (error instanceof ResourceError || error instanceof AwsError) return error.message;
    throw error;
}

// What CreateChangeSet's validation finds too; met here when that was turned off.
function checkProperties(record) {
    const [problem] = problemsOf(record.type, record.properties);
    if (problem)
        throw new ResourceError(
            `Properties validation failed for resource ${record.logicalId} with message:\n${problem.message}`,
        );
}

function checkPolicy(run, logicalId, action) {
    const statement = deniedBy(run.policy ?? run.stack.policy, logicalId, action);
    if (statement)
        throw new ResourceError(
            `Action denied by stack policy: Statement [#${statement}] does not allow [Update:${action}] for resource [LogicalResourceId/${logicalId}];`,
        );
}

// Whether the caller may do what CloudFormation does in its name.
function checkPermissions(run, record, what, before) {
    const { fake } = run.stack;
    if (!run.by.identity || !fake.limited || run.stack.roleArn) return; // a role of its own may do all here
    const r = describe(context(run.stack, record), record);
    for (const [action, resource, more] of neededFor(r, what, before)) {
        if (fake.permits(action, resource, { ...more, 'aws:calledvia': ['cloudformation.amazonaws.com'] })) continue;
        const [service] = action.split(':');
        const { message } = accessDenied(run.by.identity, action, [resource].flat()[0]);
        throw handlerError('AccessDenied', serviceText(message, service[0].toUpperCase() + service.slice(1), 403));
    }
}

function maybeFail(run, record, action) {
    const reason = run.stack.fake.takeFailure(run.stack, record, action);
    if (reason) throw new ResourceError(reason);
}

// What comes up after the resource was called complete. Where it fails, its own service knows, and nobody else.
async function settleLater(run, record, made) {
    await run.stack.fake.pause(run.stack, record, 'settle');
    try {
        if (!run.stack.fake.takeFailure(run.stack, record, 'settle')) made.settle?.();
        record.attributes = made.late?.() ?? record.attributes;
    } catch (error) {
        if (!(error instanceof ResourceError)) throw error;
    }
}

// A nested stack is complete when its own operation is.
async function settle(run, record, made, action) {
    if (run.express && action !== 'rollback' && record.type !== NESTED) {
        settleLater(run, record, made).catch((error) => run.stack.fake.bugs.push(error));
        return SAID;
    }
    await run.pause(record, 'settle', action);
    if (action !== 'rollback') maybeFail(run, record, 'settle');
    made.settle?.();
    await made.wait?.();
    return undefined;
}

export async function createResource(run, record) {
    const { stack } = run;
    stack.event(record, 'CREATE_IN_PROGRESS');
    try {
        await run.pause(record, 'begin');
        checkProperties(record);
        checkPermissions(run, record, 'create');
        maybeFail(run, record, 'create');
        const made = record.type === NESTED ? await createNested(run, record) : beginCreate(context(stack, record));
        Object.assign(record, { id: made.id, name: made.name, arn: made.arn, attributes: made.attributes });
        stack.event(record, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
        const said = await settle(run, record, made, 'create');
        record.attributes = made.late?.() ?? record.attributes;
        stack.event(record, 'CREATE_COMPLETE', said);
    } catch (error) {
        record.failed = 'create';
        stack.event(record, 'CREATE_FAILED', reasonOf(error, 'Resource creation cancelled'));
        throw error;
    }
}

export function needsReplacement(record, definition, properties) {
    return [...new Set([...Object.keys(record.properties), ...Object.keys(properties)])].some(
        (name) =>
            canonical(record.properties[name]) !== canonical(properties[name]) &&
            recreation(definition.Type, name) === 'Always',
    );
}

// The same logical resource under a new physical id; the old one is removed in the clean-up.
export async function replaceResource(run, record, fresh) {
    const { stack } = run;
    fresh.id = record.id;
    stack.event(
        fresh,
        'UPDATE_IN_PROGRESS',
        'Requested update requires the creation of a new physical resource; hence creating one.',
    );
    try {
        await run.pause(fresh, 'begin');
        if (stack.disableRollback)
            throw new ResourceError('Replacement type updates not supported on stack with disable-rollback.');
        checkPolicy(run, fresh.logicalId, 'Replace');
        checkProperties(fresh);
        checkPermissions(run, fresh, 'create');
        maybeFail(run, fresh, 'update');
        const made = fresh.type === NESTED ? await createNested(run, fresh) : beginCreate(context(stack, fresh));
        Object.assign(fresh, { id: made.id, name: made.name, arn: made.arn, attributes: made.attributes, made: true });
        stack.event(fresh, 'UPDATE_IN_PROGRESS', 'Resource creation Initiated');
        stack.event(fresh, 'UPDATE_COMPLETE', await settle(run, fresh, made, 'update'));
    } catch (error) {
        fresh.failed = 'update';
        stack.event(fresh, 'UPDATE_FAILED', reasonOf(error, 'Resource update cancelled'));
        throw error;
    }
}

// `action` is 'update', or 'rollback' where it goes back.
export async function updateResource(run, record, properties, action) {
    const { stack } = run;
    const before = record.properties;
    record.properties = properties;
    stack.event(record, 'UPDATE_IN_PROGRESS');
    try {
        await run.pause(record, 'begin', action);
        if (action === 'update') {
            checkPolicy(run, record.logicalId, 'Modify');
            checkProperties(record);
        }
        checkPermissions(run, record, 'update', before);
        maybeFail(run, record, action);
        const made =
            record.type === NESTED
                ? await updateNested(run, record, action)
                : beginUpdate(context(stack, record), record);
        const said = await settle(run, record, made, action);
        record.attributes = made.attributes;
        delete record.failed;
        stack.event(record, 'UPDATE_COMPLETE', said);
    } catch (error) {
        record.failed = 'update';
        stack.event(record, 'UPDATE_FAILED', reasonOf(error, 'Resource update cancelled'));
        throw error;
    }
}

// True when it's gone (or kept on purpose). `policy` is what decides: DeletionPolicy or UpdateReplacePolicy.
export async function removeResource(run, record, policy = 'Delete') {
    const { stack } = run;
    const kept = ['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(policy);
    if (kept && record.id !== undefined) {
        stack.event(record, 'DELETE_SKIPPED');
        return true;
    }
    if (record.id !== undefined) {
        stack.event(record, 'DELETE_IN_PROGRESS');
        try {
            await run.pause(record, 'delete', 'delete');
            checkPermissions(run, record, 'delete');
            maybeFail(run, record, 'delete');
            if (record.type === NESTED) await removeNested(run, record);
            else remove(context(stack, record), record);
        } catch (error) {
            record.failed = 'delete';
            stack.event(record, 'DELETE_FAILED', reasonOf(error, 'Resource deletion cancelled'));
            return false;
        }
    }
    delete record.failed;
    stack.event(record, 'DELETE_COMPLETE', run.express && record.type !== NESTED ? SAID : undefined);
    return true;
}
