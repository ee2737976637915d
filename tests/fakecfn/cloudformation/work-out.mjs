// What a change set would do, worked out after it was asked for: its rows, the change sets of nested stacks, and what
// CloudFormation checks beforehand.
//
// Properties, names that are taken and hooks may end it in FAILED with a StatusReason; what was found goes into events
// for DescribeEvents.

import { randomUUID } from 'node:crypto';
import { existsElsewhere } from '../resources/drivers.mjs';
import { problemsOf } from '../resources/schema.mjs';
import { AwsError } from '../wire/errors.mjs';
import { canonical, computeChanges } from './changes.mjs';
import { newChild, requestOf } from './nested.mjs';
import { nextOf } from './next.mjs';
import { PAUSED } from './stack.mjs';

const NOTHING =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
const EARLY = (names) =>
    `The following hook(s)/validation failed: [${names.join(', ')}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`;

export function newSet(fake, stack, next, request, type, parent) {
    const operation = { id: randomUUID(), type: 'CREATE_CHANGESET' };
    const set = {
        name: request.ChangeSetName,
        id: stack.region.arn('cloudformation', `changeSet/${request.ChangeSetName}/${randomUUID()}`),
        stack,
        next,
        request,
        type,
        operation,
        parent,
        root: parent ? (parent.root ?? parent) : undefined,
        status: 'CREATE_PENDING',
        executionStatus: 'UNAVAILABLE',
        created: new Date(fake.now()),
        rows: [],
        events: [],
        hooks: [],
        nested: [],
    };
    stack.changeSets.set(set.name, set);
    const row = { OperationType: 'CREATE_CHANGESET', OperationId: operation.id };
    stack.lastOperations = [row, ...stack.lastOperations].slice(0, 10);
    return set;
}

// A change set for each nested stack that is made or kept. Answers one that failed. A nested stack in which nothing
// changes is no change.
async function addNested(fake, region, set) {
    let failed;
    for (const row of set.rows.filter((r) => r.ResourceType === 'AWS::CloudFormation::Stack' && r.after)) {
        const inner = await nestedSet(fake, region, set, row);
        if (inner.reason === NOTHING) {
            inner.stack.changeSets.delete(inner.name);
            if (row.Details.every((d) => d.ChangeSource === 'Automatic')) set.rows = set.rows.filter((r) => r !== row);
            continue;
        }
        set.nested.push(inner, ...inner.nested);
        Object.assign(row, { ChangeSetId: inner.id, PhysicalResourceId: inner.stack.id });
        if (inner.status === 'FAILED') failed ??= inner;
    }
    return failed;
}

async function nestedSet(fake, region, set, row) {
    const known = region.stacks.get(row.PhysicalResourceId);
    const child = known ?? newChild(set.stack, row.LogicalResourceId);
    if (!known) {
        child.begin('CREATE_CHANGESET');
        child.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
        child.running = null;
        (set.next.children ??= new Map()).set(row.LogicalResourceId, child);
    }
    const name = `${set.name}-${row.LogicalResourceId}`.slice(0, 128);
    const request = { ...requestOf(row.after, set.next.capabilities), ChangeSetName: name, IncludeNestedStacks: true };
    request.DisableValidation = set.request.DisableValidation;
    const inner = newSet(
        fake,
        child,
        { template: { resources: {} }, parameters: new Map(), tags: [] },
        request,
        known ? 'UPDATE' : 'CREATE',
        set,
    );
    try {
        inner.next = nextOf(fake, region, known, request);
    } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        fail(inner, error.message);
        return inner;
    }
    await workOut(fake, region, inner);
    return inner;
}

export async function workOut(fake, region, set) {
    const begun = new Date(fake.now());
    await consider(fake, region, set);
    const now = new Date(fake.now());
    set.events.push({
        EventId: randomUUID(),
        StackId: set.stack.id,
        OperationId: set.operation.id,
        OperationType: 'CREATE_CHANGESET',
        OperationStatus: set.status === 'FAILED' ? 'FAILED' : 'SUCCEEDED',
        EventType: 'STACK_EVENT',
        Timestamp: now,
        StartTime: begun,
        EndTime: now,
    });
}

async function consider(fake, region, set) {
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
    const nested = set.request.IncludeNestedStacks ? await addNested(fake, region, set) : undefined;
    if (set.type === 'UPDATE' && nothingChanges(set))
        return void fail(set, next.template.transforms.length ? 'No updates are to be performed.' : NOTHING);
    const names = validateEarly(fake, region, set);
    const hooks = fake.takeHooks();
    set.hooks = hooks;
    if (names.length) return void fail(set, EARLY(names));
    if (nested)
        return void fail(set, `Nested change set ${nested.id} was not successfully created: Currently in FAILED.`);
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
                    name: 'PROPERTY_VALIDATION',
                    logicalId: row.LogicalResourceId,
                    type: row.ResourceType,
                    path: `/Resources/${row.LogicalResourceId}/Properties${problem.path}`,
                    reason: problem.message,
                });
            }
            if (row.Action === 'Add' && existsElsewhere(fake, region, set.stack, row.ResourceType, row.after)) {
                found.push({
                    name: 'NAME_CONFLICT_VALIDATION',
                    logicalId: row.LogicalResourceId,
                    type: row.ResourceType,
                    path: `/Resources/${row.LogicalResourceId}`,
                    reason: `Resource of type '${row.ResourceType}' with identifier '${existingName(row)}' already exists.`,
                });
            }
        }
    }
    found.push(...fullBuckets(fake, set));
    for (const f of found) set.events.push(validationEvent(fake, set, f));
    return [
        ...new Set(
            found.filter((f) => f.mode !== 'WARN').map((f) => `AWS::EarlyValidation::${CHECKS[f.name] ?? f.name}`),
        ),
    ];
}

// What StatusReason calls the checks that events call by these names.
const CHECKS = { PROPERTY_VALIDATION: 'PropertyValidation', NAME_CONFLICT_VALIDATION: 'ResourceExistenceCheck' };

// Buckets that would be deleted though something is in them: a warning alone.
function fullBuckets(fake, set) {
    return set.rows
        .filter((r) => r.Action === 'Remove' && r.ResourceType === 'AWS::S3::Bucket' && r.PolicyAction === 'Delete')
        .filter((r) => fake.account.buckets.get(r.PhysicalResourceId)?.objects.size)
        .map((r) => ({
            name: 'BUCKET_EMPTINESS_VALIDATION',
            logicalId: r.LogicalResourceId,
            type: r.ResourceType,
            path: `/Resources/${r.LogicalResourceId}`,
            reason: 'S3 bucket is not empty',
            mode: 'WARN',
        }));
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
        ValidationName: name,
        ValidationStatus: 'FAILED',
        ValidationStatusReason: reason,
        ValidationPath: path,
    };
}
