// Resource types as AWS describes them (types.json): what they take, what a change replaces, what they answer.

import { readFileSync } from 'node:fs';

const raw = JSON.parse(readFileSync(new URL('types.json', import.meta.url)));

function readType(name, { properties, attributes, tags }) {
    const table = new Map(
        properties
            .split(' ')
            .filter(Boolean)
            .map((word) => {
                const [, key, marks] = word.match(/^(\w+)([!*~]*)$/);
                return [
                    key,
                    {
                        required: marks.includes('!'),
                        recreation: marks.includes('*') ? 'Always' : marks.includes('~') ? 'Conditionally' : 'Never',
                    },
                ];
            }),
    );
    return { name, properties: table, attributes: new Set(attributes.split(' ').filter(Boolean)), tags };
}

const TYPES = new Map(Object.entries(raw).map(([name, type]) => [name, readType(name, type)]));

export const typeOf = (name) =>
    TYPES.get(name) ??
    (/^(Custom::|AWS::CloudFormation::(CustomResource|WaitCondition|Macro)$|AWS::CDK::Metadata$)/.test(name)
        ? { name, properties: null, attributes: new Set(), tags: undefined }
        : undefined);

export const recreation = (type, property) => {
    if (type === 'AWS::CloudFormation::Stack') return 'Never';
    return typeOf(type)?.properties?.get(property)?.recreation ?? 'Never';
};

// Problems as JSON Schema validation of CloudFormation words them: [{path, message}].
export function problemsOf(typeName, properties) {
    const type = typeOf(typeName);
    if (!type?.properties) return [];
    const problems = [];
    for (const [key, rule] of type.properties) {
        if (rule.required && !(key in properties))
            problems.push({ path: '', key, message: `#: required key [${key}] not found` });
    }
    for (const key of Object.keys(properties)) {
        if (!type.properties.has(key))
            problems.push({ path: `/${key}`, key, message: `#: extraneous key [${key}] is not permitted` });
    }
    return problems;
}
