// Stacks within stacks: a resource AWS::CloudFormation::Stack is a stack of its own, run by its parent's operation.

import { ResourceError } from '../resources/error.mjs';
import { createStack, deleteStack, updateStack } from './deploy.mjs';
import { nextOf } from './next.mjs';
import { Stack } from './stack.mjs';

// What the parent asks of its child; the child may do what its parent may.
export const requestOf = (properties, capabilities) => ({
    TemplateURL: properties.TemplateURL,
    Parameters: Object.entries(properties.Parameters ?? {}).map(([ParameterKey, value]) => ({
        ParameterKey,
        ParameterValue: [value].flat().join(','),
    })),
    Tags: properties.Tags ?? [],
    Capabilities: capabilities,
});

const attributes = (child) => Object.fromEntries(child.outputs.map((o) => [`Outputs.${o.OutputKey}`, o.OutputValue]));

export function newChild(parent, logicalId) {
    const { fake, region, name } = parent;
    return new Stack(fake, region, `${name}-${logicalId}-${fake.account.random(12)}`.slice(-128), parent);
}

// The child may have been there for review, with the change set of its own.
export async function createNested(run, record) {
    const { stack } = run;
    const child = run.next?.children?.get(record.logicalId) ?? newChild(stack, record.logicalId);
    const next = nextOf(stack.fake, stack.region, child, requestOf(record.properties, stack.capabilities));
    const done = createStack(child, next, { by: run.by, onFailure: 'DO_NOTHING', mode: run.stack.mode });
    return {
        id: child.id,
        name: child.name,
        attributes: {},
        async wait() {
            await done;
            if (child.status !== 'CREATE_COMPLETE')
                throw new ResourceError(`Embedded stack ${child.id} was not successfully created: ${child.reason}`);
        },
        late: () => attributes(child),
    };
}

export async function updateNested(run, record, action) {
    const child = run.stack.region.stacks.get(record.id);
    const next = nextOf(run.stack.fake, run.stack.region, child, requestOf(record.properties, run.stack.capabilities));
    await updateStack(child, next, { by: run.by, mode: run.stack.mode });
    if (child.status !== 'UPDATE_COMPLETE' && action === 'update') {
        throw new ResourceError(
            `Embedded stack ${child.id} was not successfully updated. Currently in ${child.status} with reason: ${child.failure ?? child.reason}`,
        );
    }
    return { attributes: attributes(child) };
}

export async function removeNested(run, record) {
    const child = run.stack.region.stacks.get(record.id);
    await deleteStack(child, { by: run.by, mode: run.stack.mode });
    if (child.status !== 'DELETE_COMPLETE')
        throw new ResourceError(`Embedded stack ${child.id} was not successfully deleted: ${child.reason}`);
}
