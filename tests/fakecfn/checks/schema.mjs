// The fake's tables beside AWS's descriptions: resource types (aws-service-spec), members of operations (botocore).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHAPES } from '../cloudformation/shapes.mjs';
import { text } from '../resources/make-types.mjs';
import { handle as ecr } from '../services/ecr.mjs';
import { SHAPES as IAM } from '../services/iam.mjs';
import { handle as logs } from '../services/logs.mjs';
import { handle as pricing } from '../services/pricing.mjs';
import { handle as quotas } from '../services/quotas.mjs';
import { handle as sagemaker } from '../services/sagemaker.mjs';
import { handle as ssm } from '../services/ssm.mjs';
import { SHAPES as STS } from '../services/sts.mjs';
import { equal, HERE, world } from './world.mjs';

const TABLES = { ecr, logs, pricing, 'service-quotas': quotas, sagemaker, ssm };

// Every member of ours is AWS's; required is required; enumerations and limits agree.
function compare(ours, theirs, path, exact) {
    if (ours.kind === 'struct') {
        for (const [name, member] of Object.entries(ours.members)) {
            const other = theirs.members?.[name];
            if (!other) throw new Error(`${path}.${name}: AWS knows no such member`);
            if (Boolean(member.must) !== Boolean(other.must))
                throw new Error(`${path}.${name}: required ${Boolean(member.must)}, of AWS ${other.must}`);
            compare(member, other, `${path}.${name}`, exact);
        }
        for (const name of Object.keys(theirs.members ?? {})) {
            if (exact && !(name in ours.members) && !exact.has(name))
                throw new Error(`${path}.${name} is missing here`);
        }
    } else if (ours.kind === 'list') {
        if (!theirs.list) throw new Error(`${path} is no list of AWS's`);
        compare(ours.of, theirs.list, `${path}[]`, exact);
    } else if (theirs.enum && ours.of) equal([...ours.of].sort(), [...theirs.enum].sort(), path);
    else if (theirs.max && ours.max && theirs.max !== ours.max)
        throw new Error(`${path}: at most ${ours.max}, of AWS ${theirs.max}`);
}

export async function* cases() {
    yield [
        'types.json is what the description of AWS gives',
        async () => equal(readFileSync(join(HERE, '../resources/types.json'), 'utf8'), await text()),
    ];
    const { client, end } = await world();
    const absent = new Set([
        'ResourcesToImport',
        'StackSetName',
        'CallAs',
        'TemplateSummaryConfig',
        'RetainExceptOnCreate',
    ]);
    for (const [operation, members] of Object.entries(SHAPES)) {
        yield [
            `CloudFormation ${operation}`,
            async () =>
                compare(
                    { kind: 'struct', members },
                    await client.send({ model: ['cloudformation', operation] }),
                    operation,
                    absent,
                ),
        ];
    }
    for (const [service, shapes] of Object.entries({ sts: STS, iam: IAM })) {
        for (const [operation, members] of Object.entries(shapes)) {
            yield [
                `${service} ${operation}`,
                async () =>
                    compare({ kind: 'struct', members }, await client.send({ model: [service, operation] }), operation),
            ];
        }
    }
    for (const [service, handle] of Object.entries(TABLES)) {
        for (const [operation, [row]] of Object.entries(handle.operations)) {
            yield [
                `${service} ${operation}`,
                async () => {
                    const theirs = (await client.send({ model: [service, operation] })).members;
                    const ours = row.split(' ').filter(Boolean).sort();
                    const wanted = Object.entries(theirs).map(([name, { must }]) => (must ? `${name}!` : name));
                    const strange = ours.filter((name) => !wanted.includes(name));
                    if (strange.length) throw new Error(`${strange} of ${wanted}`);
                },
            ];
        }
    }
    await end();
}
