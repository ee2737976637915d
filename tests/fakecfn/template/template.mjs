// A template's text, read and checked as CloudFormation checks it before it looks at any resource.
//
// In: JSON text. Out: a frozen-in-spirit object {description, parameters, mappings, conditions, resources, outputs};
// throws ValidationError with CloudFormation's sentences. YAML is not read: the product writes JSON.

import { validation } from '../wire/errors.mjs';
import { walk } from './walk.mjs';

const SECTIONS = new Set([
    'AWSTemplateFormatVersion',
    'Description',
    'Metadata',
    'Parameters',
    'Rules',
    'Mappings',
    'Conditions',
    'Transform',
    'Resources',
    'Outputs',
    'Hooks',
]);
const ATTRIBUTES = new Set([
    'Type',
    'Properties',
    'DependsOn',
    'DeletionPolicy',
    'UpdateReplacePolicy',
    'Metadata',
    'Condition',
    'UpdatePolicy',
    'CreationPolicy',
    'Description',
    'Version',
]);
const PSEUDO = new Set(
    ['AccountId', 'NoValue', 'NotificationARNs', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map(
        (n) => `AWS::${n}`,
    ),
);
const LIMITS = { Resources: 500, Outputs: 200, Parameters: 200, Mappings: 200 };

// Without a prototype: `constructor` is a name like any other.
const bare = (section) => Object.assign(Object.create(null), section);

export function readTemplate(text) {
    let source;
    try {
        source = JSON.parse(text);
    } catch (error) {
        const at = Number(error.message.match(/position (\d+)/)?.[1] ?? 0);
        const before = text.slice(0, at).split('\n');
        throw validation(
            /^\s*[[{]/.test(text)
                ? `Template format error: JSON not well-formed. (line ${before.length}, column ${before.at(-1).length + 1})`
                : 'Template format error: unsupported structure.',
        );
    }
    if (typeof source !== 'object' || source === null || Array.isArray(source))
        throw validation('Template format error: unsupported structure.');
    checkShape(source);
    const template = {
        source,
        description: source.Description,
        parameters: bare(source.Parameters),
        mappings: bare(source.Mappings),
        conditions: bare(source.Conditions),
        resources: bare(source.Resources),
        outputs: bare(source.Outputs),
        transforms: [source.Transform ?? []].flat(),
    };
    checkReferences(template);
    return template;
}

function checkShape(source) {
    const unknown = Object.keys(source).filter((name) => !SECTIONS.has(name));
    if (unknown.length) throw validation(`Invalid template property or properties [${unknown.join(', ')}]`);
    const version = source.AWSTemplateFormatVersion;
    if (version !== undefined && version !== '2010-09-09')
        throw validation(`Template format error: unsupported value for AWSTemplateFormatVersion.`);
    if (
        source.Description !== undefined &&
        (typeof source.Description !== 'string' || Buffer.byteLength(source.Description) > 1024)
    ) {
        throw validation("Template format error: 'Description' length is greater than 1024.");
    }
    const nothing = findNull(source, '');
    if (nothing) throw validation(`[${nothing}] 'null' values are not allowed in templates`);
    if (!source.Resources || !Object.keys(source.Resources).length)
        throw validation('Template format error: At least one Resources member must be defined.');
    for (const [section, limit] of Object.entries(LIMITS)) {
        const count = Object.keys(source[section] ?? {}).length;
        if (count > limit)
            throw validation(
                `Template format error: Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${limit}`,
            );
    }
    for (const [id, resource] of Object.entries(source.Resources)) checkResource(id, resource);
    for (const [id, output] of Object.entries(source.Outputs ?? {})) {
        if (!/^[A-Za-z0-9]{1,255}$/.test(id))
            throw validation(`Template format error: Output name ${id} is non alphanumeric.`);
        if (typeof output !== 'object' || output.Value === undefined)
            throw validation('Template format error: Every Outputs member must contain a Value object');
    }
    for (const [id, parameter] of Object.entries(source.Parameters ?? {})) {
        if (!/^[A-Za-z0-9]{1,255}$/.test(id))
            throw validation(`Template format error: Parameter name ${id} is non alphanumeric.`);
        if (!parameter?.Type)
            throw validation('Template format error: Every Parameters object must contain a Type member.');
    }
}

function checkResource(id, resource) {
    if (typeof resource !== 'object' || Array.isArray(resource))
        throw validation('Template format error: Any Resources member must be an object.');
    if (!/^[A-Za-z0-9]{1,255}$/.test(id))
        throw validation(`Template format error: Resource name ${id} is non alphanumeric.`);
    if (typeof resource.Type !== 'string')
        throw validation(
            `Template format error: [/Resources/${id}] Every Resources object must contain a Type member.`,
        );
    const odd = Object.keys(resource).find((name) => !ATTRIBUTES.has(name));
    if (odd) throw validation(`Invalid template resource property '${odd}'`);
    for (const name of ['DeletionPolicy', 'UpdateReplacePolicy']) {
        const value = resource[name];
        if (
            value !== undefined &&
            typeof value === 'string' &&
            !['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'].includes(value)
        ) {
            throw validation(`Template error: ${name} contains an unrecognized value: ${value}`);
        }
    }
}

function findNull(value, path) {
    if (value === null) return path || '/';
    if (typeof value !== 'object') return null;
    for (const [name, inner] of Object.entries(value)) {
        const found = findNull(inner, `${path}/${name}`);
        if (found) return found;
    }
    return null;
}

function checkReferences(template) {
    const unresolved = new Set();
    const section = (value, where) =>
        walk(value, (kind, name, attribute) => {
            if (kind === 'Ref') {
                if (!(name in template.parameters) && !(name in template.resources) && !PSEUDO.has(name))
                    unresolved.add(name);
            } else if (kind === 'GetAtt') {
                if (!(name in template.resources))
                    throw validation(`Template error: instance of Fn::GetAtt references undefined resource ${name}`);
                if (!attribute)
                    throw validation(
                        'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
                    );
            } else if (kind === 'If' || kind === 'Condition') {
                if (!(name in template.conditions))
                    throw validation(
                        `Template format error: Unresolved condition dependency ${name} in the ${where} block of the template`,
                    );
            } else if (kind === 'FindInMap') {
                if (!(name in template.mappings))
                    throw validation(
                        `Template error: Mapping named '${name}' is not present in the 'Mappings' section of template.`,
                    );
            }
        });
    for (const resource of Object.values(template.resources)) {
        section(resource.Properties ?? {}, 'Resources');
        for (const other of [resource.DependsOn ?? []].flat()) {
            if (!(other in template.resources))
                throw validation(
                    `Template format error: Unresolved resource dependencies [${other}] in the Resources block of the template`,
                );
        }
        if (resource.Condition && !(resource.Condition in template.conditions)) {
            throw validation(`Template format error: Condition ${resource.Condition} is not defined.`);
        }
    }
    if (unresolved.size)
        throw validation(
            `Template format error: Unresolved resource dependencies [${[...unresolved].join(', ')}] in the Resources block of the template`,
        );
    section(template.outputs, 'Outputs');
    if (unresolved.size)
        throw validation(
            `Template format error: Unresolved resource dependencies [${[...unresolved].join(', ')}] in the Outputs block of the template`,
        );
    checkCircles(template);
}

// Which other resources a resource waits for.
export function dependencies(template, id) {
    const found = new Set([template.resources[id].DependsOn ?? []].flat());
    walk(template.resources[id].Properties ?? {}, (kind, name) => {
        if ((kind === 'Ref' || kind === 'GetAtt') && name in template.resources) found.add(name);
    });
    return found;
}

function checkCircles(template) {
    const left = new Map(Object.keys(template.resources).map((id) => [id, dependencies(template, id)]));
    for (;;) {
        const free = [...left].filter(([, needs]) => ![...needs].some((n) => left.has(n)));
        if (!free.length) break;
        for (const [id] of free) left.delete(id);
    }
    if (left.size) throw validation(`Circular dependency between resources: [${[...left.keys()].join(', ')}]`);
}

const NAMED = {
    'AWS::IAM::Role': 'RoleName',
    'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
    'AWS::IAM::User': 'UserName',
    'AWS::IAM::Group': 'GroupName',
    'AWS::IAM::InstanceProfile': 'InstanceProfileName',
};
const IAM = new Set([
    ...Object.keys(NAMED),
    'AWS::IAM::Policy',
    'AWS::IAM::AccessKey',
    'AWS::IAM::UserToGroupAddition',
]);

// What the template makes the deployer acknowledge: {capabilities, reason}.
export function neededCapabilities(template) {
    const list = Object.values(template.resources).filter((r) => IAM.has(r.Type));
    const capabilities = [];
    if (list.some((r) => NAMED[r.Type] && r.Properties?.[NAMED[r.Type]] !== undefined))
        capabilities.push('CAPABILITY_NAMED_IAM');
    else if (list.length) capabilities.push('CAPABILITY_IAM');
    if (template.transforms.length) capabilities.push('CAPABILITY_AUTO_EXPAND');
    const types = [...new Set(list.map((r) => r.Type))];
    return {
        capabilities,
        reason: types.length ? `The following resource(s) require capabilities: [${types.join(', ')}]` : undefined,
    };
}
