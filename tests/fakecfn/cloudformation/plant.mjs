// A stack in any state, planted: for tests of what the product does when it finds one.
//
//     fake.putStack({ name, status, reason, template, parameters, tags, resources: { Id: { status, reason, id } }, changeSets })
//
// The template's resources are made for real (so that updates and deletes work); `resources` then says how they stand.
// status UPDATE_ROLLBACK_FAILED and the paused states get what they need to be continued.

import { readParameters } from '../template/parameters.mjs';
import { readTemplate } from '../template/template.mjs';
import { Evaluation } from '../template/evaluate.mjs';
import { beginCreate } from '../resources/drivers.mjs';
import { inOrder } from './changes.mjs';
import { pseudo, Stack } from './stack.mjs';

const SMALL = { Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } };

export function plantStack(
    fake,
    region,
    {
        name,
        status = 'CREATE_COMPLETE',
        reason,
        template = SMALL,
        parameters = {},
        tags = [],
        capabilities = [],
        resources = {},
        terminationProtection = false,
        token,
        startedMsAgo = 60_000,
        policy,
    },
) {
    const stack = new Stack(fake, region, name);
    const body = typeof template === 'string' ? template : JSON.stringify(template);
    const empty = status === 'REVIEW_IN_PROGRESS';
    Object.assign(stack, {
        tags: Array.isArray(tags) ? tags : Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        capabilities,
        terminationProtection,
        policy,
        created: fake.now() - startedMsAgo,
    });
    if (!empty) {
        stack.template = readTemplate(body);
        stack.body = body;
        stack.parameters = readParameters(
            stack.template.parameters,
            Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
        );
        makeResources(fake, region, stack, resources, status);
    }
    stack.begin(operationOf(status), token);
    const first = status.replace(/^(\w+?)_.*$/, '$1');
    if (!empty)
        stack.setStatus(
            `${first === 'ROLLBACK' ? 'CREATE' : first === 'IMPORT' ? 'IMPORT' : first}_IN_PROGRESS`,
            'User Initiated',
        );
    for (const record of stack.resources.values()) stack.event(record, record.status, record.reason);
    stack.setStatus(status, reason ?? (empty ? 'User Initiated' : undefined));
    if (!status.endsWith('_IN_PROGRESS') || empty) stack.running = null;
    prepare(stack, status);
    return stack;
}

function operationOf(status) {
    if (status.startsWith('UPDATE')) return 'UPDATE_STACK';
    if (status.startsWith('DELETE')) return 'DELETE_STACK';
    return status === 'REVIEW_IN_PROGRESS' ? 'CREATE_CHANGESET' : 'CREATE_STACK';
}

function makeResources(fake, region, stack, states, status) {
    const evaluation = new Evaluation(stack.template, stack.parameters, pseudo(stack), {
        ref: (id) => stack.resources.get(id)?.id,
        attribute: (id, attribute) => stack.resources.get(id)?.attributes[attribute] ?? `${id}.${attribute}`,
    });
    const gone = status === 'ROLLBACK_COMPLETE' || status === 'DELETE_COMPLETE';
    for (const id of inOrder(stack.template)) {
        if (!evaluation.active(id)) continue;
        const definition = stack.template.resources[id];
        const record = {
            logicalId: id,
            type: definition.Type,
            definition,
            properties: evaluation.properties(id),
            attributes: {},
            status: gone ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE',
            removed: gone,
            time: new Date(fake.now()),
        };
        stack.resources.set(id, record);
        if (!gone && !/^CREATE_FAILED$/.test(states[id]?.status ?? '')) {
            const made = beginCreate({
                fake,
                account: fake.account,
                region,
                stack,
                logicalId: id,
                type: record.type,
                properties: record.properties,
            });
            made.settle?.();
            Object.assign(record, { id: made.id, name: made.name, arn: made.arn, attributes: made.attributes });
        } else record.id = `${stack.name}-${id}-PLANTED`;
        Object.assign(record, states[id]);
        if (record.status.endsWith('_FAILED')) record.failed = record.status.split('_')[0].toLowerCase();
    }
    stack.outputs = gone
        ? []
        : Object.entries(stack.template.outputs).map(([OutputKey, o]) => ({
              OutputKey,
              OutputValue: String(evaluation.value(o.Value)),
              Description: o.Description,
          }));
}

function prepare(stack, status) {
    const kept = {
        template: stack.template,
        body: stack.body,
        parameters: stack.parameters,
        tags: stack.tags,
        capabilities: stack.capabilities,
        notificationArns: stack.notificationArns,
        outputs: stack.outputs,
    };
    const failed = [...stack.resources.values()].filter((r) => r.status === 'UPDATE_FAILED');
    const journal = failed.map((record) => ({
        kind: 'modify',
        record,
        old: { definition: record.definition, properties: record.properties },
    }));
    if (status === 'UPDATE_ROLLBACK_FAILED') stack.pending = { journal, kept };
    if (status === 'UPDATE_FAILED') stack.paused = { journal, kept };
}
