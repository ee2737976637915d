// A stack's operations from beginning to end: create, update, roll back, go on rolling back, delete.
//
// Each is an async function that ends with the stack in a resting state; callers don't wait. Resources run in
// parallel as their dependencies allow. Invariant: every status change is an event.

import { dependencies } from '../template/template.mjs';
import { Evaluation } from '../template/evaluate.mjs';
import { canonical, importedValue, inOrder, policyWhenReplaced } from './changes.mjs';
import {
    Cancelled,
    createResource,
    needsReplacement,
    removeResource,
    replaceResource,
    updateResource,
} from './resource.mjs';
import { pseudo } from './stack.mjs';

class Run {
    failed = { create: [], update: [] };
    journal = [];

    // by: the caller's token and who it is; what CloudFormation does, it does in its caller's name.
    constructor(stack, next, type, by = {}) {
        Object.assign(this, { stack, next, by, operation: stack.begin(type, by.token) });
        this.stop = new Promise((done) => {
            this.operation.cancel = done;
        });
    }

    // Whether a resource is complete as soon as it was asked for.
    get express() {
        return this.stack.mode?.express ?? false;
    }

    get stopped() {
        return this.operation.cancelled;
    }

    halt() {
        this.operation.cancelled = true;
        this.operation.cancel();
    }

    // What a resource takes of time; cut short when the operation is stopped (not on the way back).
    async pause(record, phase, action) {
        const time = this.stack.fake.pause(this.stack, record, phase);
        if (action === 'rollback' || action === 'delete') return void (await time);
        await Promise.race([time, this.stop]);
        if (this.stopped) throw new Cancelled();
    }
}

function lookup(stack) {
    return {
        ref: (id) => stack.resources.get(id)?.id,
        attribute: (id, name) => stack.resources.get(id)?.attributes[name] ?? `${id}.${name}`,
        imported: (name) => importedValue(stack, name),
        resolve: (reference) => stack.fake.dynamicReference(stack.region, reference),
    };
}

const evaluationOf = (stack, next) => new Evaluation(next.template, next.parameters, pseudo(stack), lookup(stack));

async function applyAll(run) {
    const { stack, next } = run;
    const evaluation = evaluationOf(stack, next);
    const promises = new Map();
    for (const id of inOrder(next.template)) {
        if (!evaluation.active(id)) continue;
        const before = [...dependencies(next.template, id)].map((d) => promises.get(d)).filter(Boolean);
        promises.set(
            id,
            Promise.all(before)
                .then(() => applyOne(run, id, evaluation))
                .catch((error) => {
                    if (!(error instanceof Cancelled)) run.halt();
                    throw error;
                }),
        );
    }
    const results = await Promise.allSettled(promises.values());
    for (const { reason } of results) {
        if (
            reason &&
            !(reason instanceof Cancelled) &&
            !['ResourceError', 'AwsError'].includes(reason.constructor.name)
        )
            throw reason;
    }
    return !results.some((r) => r.status === 'rejected') && !run.stopped;
}

// A replacement that was never made, in an operation that left things as they failed: the old one is still there.
function asItWas(run, id) {
    const at = run.journal.findIndex(
        (j) => j.kind === 'replace' && j.record.logicalId === id && j.record.failed && !j.record.made,
    );
    if (at < 0) return undefined;
    const [{ old }] = run.journal.splice(at, 1);
    run.stack.resources.set(id, old);
    return old;
}

async function applyOne(run, id, evaluation) {
    if (run.stopped) throw new Cancelled();
    const { stack, next } = run;
    const definition = next.template.resources[id];
    const record = asItWas(run, id) ?? stack.resources.get(id);
    const properties = evaluation.properties(id);
    if (!record || record.failed === 'create') {
        const fresh = { logicalId: id, type: definition.Type, definition, properties, attributes: {}, id: undefined };
        if (record?.id !== undefined) run.journal.push({ kind: 'leftover', record });
        stack.resources.set(id, fresh);
        run.journal.push({ kind: 'add', record: fresh });
        return attempt(run, 'create', fresh, () => createResource(run, fresh));
    }
    const old = { definition: record.definition, properties: record.properties };
    if (
        canonical(old.properties) === canonical(properties) &&
        !record.failed &&
        record.type !== 'AWS::CloudFormation::Stack'
    ) {
        record.definition = definition;
        run.journal.push({ kind: 'definition', record, old });
        return undefined;
    }
    if (needsReplacement(record, definition, properties)) {
        const fresh = { logicalId: id, type: record.type, definition, properties, attributes: {} };
        stack.resources.set(id, fresh);
        run.journal.push({ kind: 'replace', record: fresh, old: record });
        return attempt(run, 'update', fresh, () => replaceResource(run, record, fresh));
    }
    run.journal.push({ kind: 'modify', record, old });
    record.definition = definition;
    return attempt(run, 'update', record, () => updateResource(run, record, properties, 'update'));
}

async function attempt(run, verb, record, work) {
    try {
        await work();
    } catch (error) {
        run.failed[verb].push(record.logicalId);
        throw error;
    }
}

function reasonOf(failed) {
    const part = (verb, ids) =>
        ids.length ? `The following resource(s) failed to ${verb}: [${ids.join(', ')}]. ` : '';
    return part('create', failed.create) + part('update', failed.update);
}

function adopt(stack, next) {
    const kept = {
        template: stack.template,
        body: stack.body,
        parameters: stack.parameters,
        tags: stack.tags,
        capabilities: stack.capabilities,
        notificationArns: stack.notificationArns,
        description: stack.description,
        roleArn: stack.roleArn,
    };
    Object.assign(stack, {
        template: next.template,
        body: next.body,
        parameters: next.parameters,
        tags: next.tags,
        capabilities: next.capabilities,
        notificationArns: next.notificationArns,
        description: next.description,
        roleArn: next.roleArn,
    });
    return kept;
}

function settleOutputs(stack) {
    const evaluation = evaluationOf(stack, stack);
    stack.outputs = Object.entries(stack.template.outputs)
        .filter(([, o]) => o.Condition === undefined || evaluation.condition(o.Condition))
        .map(([OutputKey, o]) => ({
            OutputKey,
            OutputValue: String(evaluation.value(o.Value)),
            Description: o.Description,
            ExportName: o.Export && evaluation.value(o.Export.Name),
        }));
}

function finish(stack, status, reason) {
    stack.setStatus(status, reason);
    stack.running = null;
    for (const wake of stack.waiters ?? []) wake();
    stack.waiters = [];
}

export const settled = (stack) =>
    stack.running ? new Promise((done) => (stack.waiters ??= []).push(done)) : Promise.resolve();

// onFailure: ROLLBACK, DO_NOTHING, DELETE.
export async function createStack(
    stack,
    next,
    { by, onFailure = 'ROLLBACK', retainExceptOnCreate = false, mode } = {},
) {
    stack.mode = mode;
    const run = new Run(stack, next, 'CREATE_STACK', by);
    run.retainExceptOnCreate = retainExceptOnCreate;
    adopt(stack, next);
    stack.disableRollback = onFailure === 'DO_NOTHING';
    stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    if (await applyAll(run)) {
        settleOutputs(stack);
        return finish(stack, 'CREATE_COMPLETE');
    }
    if (stack.deleting) return finishQuietly(stack);
    stack.failure = reasonOf(run.failed);
    if (onFailure === 'DO_NOTHING') {
        stack.leftByExpress = run.express;
        return finish(stack, 'CREATE_FAILED', stack.failure);
    }
    if (onFailure === 'DELETE') return removeAll(run, `${stack.failure}Delete requested by user.`);
    return rollBackCreate(run, `${stack.failure}Rollback requested by user.`);
}

function finishQuietly(stack) {
    stack.running = null;
    for (const wake of stack.waiters ?? []) wake();
    stack.waiters = [];
}

// What becomes of a resource that the failed operation itself made.
function policyOfNew(run, { definition: { DeletionPolicy: policy } }) {
    if (policy === 'RetainExceptOnCreate' || (policy === 'Retain' && run.retainExceptOnCreate)) return 'Delete';
    return policy;
}

async function rollBackCreate(run, reason) {
    const { stack } = run;
    stack.setStatus('ROLLBACK_IN_PROGRESS', reason);
    const left = await removeRecords(run, reverseRecords(stack), (r) => policyOfNew(run, r));
    if (left.length)
        return finish(stack, 'ROLLBACK_FAILED', `The following resource(s) failed to delete: [${left.join(', ')}]. `);
    return finish(stack, 'ROLLBACK_COMPLETE');
}

function reverseRecords(stack) {
    const order = inOrder(stack.template);
    return [...stack.resources.values()].sort((a, b) => order.indexOf(b.logicalId) - order.indexOf(a.logicalId));
}

// Removes one after another; answers which stay. A removed record stays listed as DELETE_COMPLETE.
async function removeRecords(run, records, policyOf) {
    const left = [];
    for (const record of records) {
        if (record.removed) continue;
        if (await removeResource(run, record, policyOf(record))) record.removed = true;
        else left.push(record.logicalId);
    }
    return left;
}

// policy: instead of the stack's own, for this update alone.
export async function updateStack(
    stack,
    next,
    { by, disableRollback = false, retainExceptOnCreate = false, policy, mode } = {},
) {
    const resumed = stack.paused;
    stack.mode = mode;
    stack.leftByExpress = false;
    const run = new Run(stack, next, 'UPDATE_STACK', by);
    Object.assign(run, { retainExceptOnCreate, policy });
    if (resumed) {
        run.journal.push(...resumed.journal);
        delete stack.paused;
    }
    run.kept = resumed?.kept ?? { ...adopt(stack, next), outputs: stack.outputs };
    if (resumed) adopt(stack, next);
    stack.disableRollback = disableRollback;
    stack.updated = stack.fake.now();
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    const done = await applyAll(run);
    if (!done) {
        stack.failure = reasonOf(run.failed);
        if (disableRollback && !run.operation.byUser) {
            stack.paused = { journal: run.journal, kept: run.kept, next };
            stack.leftByExpress = run.express;
            return finish(stack, 'UPDATE_FAILED', stack.failure);
        }
        return rollBackUpdate(run, run.operation.byUser ? 'User Initiated' : stack.failure);
    }
    settleOutputs(stack);
    stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const left = await cleanUp(run, obsolete(run));
    return finish(
        stack,
        'UPDATE_COMPLETE',
        left.length ? 'Update successful. One or more resources could not be deleted.' : undefined,
    );
}

// What the new template has no more, and what was replaced: [record, policy], dependents first.
function obsolete(run) {
    const { stack, next } = run;
    const evaluation = evaluationOf(stack, next);
    const gone = [...stack.resources.values()]
        .filter((r) => !next.template.resources[r.logicalId] || !evaluation.active(r.logicalId))
        .reverse();
    const replaced = run.journal.filter((j) => j.kind === 'replace').reverse();
    return [
        ...gone.map((record) => [record, record.definition.DeletionPolicy]),
        ...run.journal.filter((j) => j.kind === 'leftover').map((j) => [j.record, 'Delete']),
        ...replaced.map((j) => [
            { ...j.old },
            policyWhenReplaced(stack.fake, j.old.definition, j.record.definition),
        ]),
    ];
}

// CloudFormation tries three times, then lets go of what it can't delete.
async function cleanUp(run, list) {
    const { stack } = run;
    const left = [];
    for (const [record, policy] of list) {
        let gone = false;
        for (let i = 0; i < 3 && !gone; i++) gone = await removeResource(run, record, policy);
        if (!gone) left.push(record.logicalId);
        if (stack.resources.get(record.logicalId) === record) stack.resources.delete(record.logicalId);
    }
    return left;
}

async function rollBackUpdate(run, reason, skip = new Set()) {
    const { stack } = run;
    stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reason);
    const failed = [];
    const back = [...run.journal].reverse();
    for (const entry of back) {
        if (entry.undone) continue;
        if (await undo(run, entry, skip)) entry.undone = true;
        else failed.push(entry.record.logicalId);
    }
    if (failed.length) {
        stack.pending = { journal: run.journal, kept: run.kept };
        return finish(
            stack,
            'UPDATE_ROLLBACK_FAILED',
            `The following resource(s) failed to update: [${failed.join(', ')}]. `,
        );
    }
    const { outputs, ...kept } = run.kept;
    adopt(stack, kept);
    stack.outputs = outputs;
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    const made = back
        .filter((j) => ['add', 'replace', 'leftover'].includes(j.kind) && (j.kind !== 'replace' || j.record.made))
        .map((j) => [j.record, j.kind === 'add' ? policyOfNew(run, j.record) : 'Delete']);
    await cleanUp(run, made);
    return finish(stack, 'UPDATE_ROLLBACK_COMPLETE');
}

async function undo(run, { kind, record, old }, skip) {
    const { stack } = run;
    if (kind === 'definition') record.definition = old.definition;
    if (kind === 'replace') {
        stack.resources.set(record.logicalId, old);
        delete old.failed;
        stack.event(old, 'UPDATE_COMPLETE');
    }
    if (kind !== 'modify') return true;
    record.definition = old.definition;
    if (skip.has(record.logicalId)) {
        record.properties = old.properties;
        stack.event(record, 'UPDATE_COMPLETE', 'Skipped by user');
        return true;
    }
    try {
        await updateResource(run, record, old.properties, 'rollback');
        return true;
    } catch {
        return false;
    }
}

export async function continueRollback(stack, { by, skip = [] }) {
    const run = new Run(stack, null, 'CONTINUE_ROLLBACK', by);
    Object.assign(run, stack.pending);
    delete stack.pending;
    return rollBackUpdate(run, 'User Initiated', new Set(skip));
}

// RollbackStack: what was left as it failed goes back now.
export async function rollBackPaused(stack, { by, retainExceptOnCreate = false }) {
    const run = new Run(stack, null, 'ROLLBACK', by);
    run.retainExceptOnCreate = retainExceptOnCreate;
    if (stack.status === 'CREATE_FAILED') {
        return rollBackCreate(run, 'User Initiated');
    }
    Object.assign(run, stack.paused);
    delete stack.paused;
    return rollBackUpdate(run, 'User Initiated');
}

export async function deleteStack(stack, { by, retain = [], force = false, mode } = {}) {
    if (stack.running) {
        stack.deleting = true;
        stack.running.cancelled = true;
        stack.running.cancel?.();
        await settled(stack);
    }
    stack.deleting = true;
    stack.mode = mode;
    const run = new Run(stack, null, 'DELETE_STACK', by);
    run.retain = new Set(retain);
    run.force = force;
    return removeAll(run, 'User Initiated');
}

async function removeAll(run, reason) {
    const { stack } = run;
    stack.setStatus('DELETE_IN_PROGRESS', reason);
    const left = stack.template
        ? await removeRecords(run, reverseRecords(stack), (r) =>
              run.retain?.has(r.logicalId) ? 'Retain' : r.definition.DeletionPolicy,
          )
        : [];
    stack.deleting = false;
    if (left.length && !run.force)
        return finish(stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${left.join(', ')}]. `);
    stack.ended = stack.fake.now();
    stack.outputs = [];
    return finish(stack, 'DELETE_COMPLETE');
}
