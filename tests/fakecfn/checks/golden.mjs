// Every template that the golden programs compile to is executed: created through a change set, found unchanged, changed,
// deleted; and nothing of it is left.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { end, equal, readJson, REPO, world, ZIP } from './world.mjs';

const ROOT = join(REPO, 'tests/golden');

function given(fake, template) {
    return Object.entries(template.Parameters ?? {})
        .filter(([, p]) => p.Default === undefined)
        .map(([ParameterKey]) => {
            if (ParameterKey === 'ArtifactBucket') return { ParameterKey, ParameterValue: 'artifacts' };
            if (!ParameterKey.endsWith('CodeKey')) return { ParameterKey, ParameterValue: 'value' };
            fake.putObject('artifacts', `${ParameterKey}.zip`, ZIP);
            return { ParameterKey, ParameterValue: `${ParameterKey}.zip` };
        });
}

const left = (fake) =>
    fake.account
        .regions()
        .flatMap((r) => [
            ...r.things.keys(),
            ...r.functions.keys(),
            ...r.logGroups.keys(),
            ...r.endpoints.keys(),
            ...r.models.keys(),
            ...r.apis.keys(),
        ]);

export async function* cases() {
    const w = await world({ timings: { default: 0 }, changeSetMs: 1 });
    const { fake, client } = w;
    fake.putBucket('artifacts');
    for (const type of ['ml.g5.2xlarge', 'ml.g5.12xlarge']) fake.setQuota(`${type} for endpoint usage`, 4);
    let count = 0;
    for (const file of readdirSync(ROOT, { recursive: true })
        .filter((f) => f.endsWith('expect.template.json'))
        .sort()) {
        yield [
            dirname(file),
            async () => {
                const body = readFileSync(join(ROOT, file), 'utf8');
                const template = readJson(join(ROOT, file));
                const name = `golden-${count++}`;
                const request = { StackName: name, TemplateBody: body, Parameters: given(fake, template) };
                const before = new Set(left(fake));
                const stack = await client.deploy(fake, { ...request, ChangeSetType: 'CREATE' });
                equal([stack.StackStatus, stack.StackStatusReason], ['CREATE_COMPLETE', undefined]);
                equal(
                    (stack.Outputs ?? []).map((o) => o.OutputKey).sort(),
                    Object.keys(template.Outputs ?? {}).sort(),
                    'outputs',
                );
                equal(
                    (stack.Outputs ?? []).filter((o) => /undefined|\{|\}/.test(o.OutputValue)),
                    [],
                    'outputs without a value',
                );
                const again = await client.changeSet(request);
                equal([again.Status, again.Changes], ['FAILED', []], 'the same again');
                const [first] = Object.keys(template.Resources);
                template.Resources[first].Metadata = { changed: true };
                const updated = await client.deploy(fake, { ...request, TemplateBody: template });
                equal(updated.StackStatus, 'UPDATE_COMPLETE');
                await client.cfn('delete_stack', { StackName: name });
                await fake.settled(stack.StackName);
                const gone = await client.cfn('describe_stacks', { StackName: stack.StackId });
                equal(gone.Stacks[0].StackStatus, 'DELETE_COMPLETE');
                const kept = Object.values(template.Resources).filter((r) =>
                    r.DeletionPolicy?.startsWith('Retain'),
                ).length;
                const remains = left(fake).filter((thing) => !before.has(thing));
                if (remains.length > kept) throw new Error(`left: ${remains}`);
            },
        ];
    }
    yield* end(w);
}
