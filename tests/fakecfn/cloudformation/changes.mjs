// What a change set would do: the template that is, the one that shall be, resource by resource.
//
// In: a stack, the next {template, parameters, tags}. Out: rows as DescribeChangeSet gives them.
// Values that only execution knows are UNKNOWN: they make a change Dynamic, and a replacement Conditional.

import { dependencies } from '../template/template.mjs';
import { Evaluation, UNKNOWN } from '../template/evaluate.mjs';
import { walk } from '../template/walk.mjs';
import { recreation, typeOf } from '../resources/schema.mjs';
import { validation } from '../wire/errors.mjs';
import { pseudo } from './stack.mjs';

const same = (a, b) => canonical(a) === canonical(b);
const unknown = (value) => JSON.stringify(value ?? null).includes(UNKNOWN);

export function canonical(value) {
    return JSON.stringify(value, (_, v) =>
        v && typeof v === 'object' && !Array.isArray(v)
            ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
            : typeof v === 'number' || typeof v === 'boolean'
              ? String(v)
              : v,
    );
}

export function inOrder(template) {
    const left = Object.keys(template.resources),
        done = new Set(),
        out = [];
    while (left.length) {
        const at = left.findIndex((id) => [...dependencies(template, id)].every((d) => done.has(d)));
        const [id] = left.splice(at, 1);
        done.add(id);
        out.push(id);
    }
    return out;
}

export function computeChanges(stack, next) {
    const fate = new Map(); // logical id → 'new' | 'replaced' | 'changed'
    const evaluation = new Evaluation(next.template, next.parameters, pseudo(stack), {
        ref(id) {
            return fate.get(id) === 'new' || fate.get(id) === 'replaced'
                ? UNKNOWN
                : (stack.resources.get(id)?.id ?? UNKNOWN);
        },
        attribute(id, name) {
            if (fate.has(id)) return UNKNOWN;
            const record = stack.resources.get(id);
            return record?.attributes[name] ?? record?.properties?.[name] ?? UNKNOWN;
        },
        imported: (name) => importedValue(stack, name),
    });
    const rows = [],
        changedTypes = [];
    for (const id of inOrder(next.template)) {
        if (!evaluation.active(id)) continue;
        const definition = next.template.resources[id];
        const record = stack.resources.get(id);
        const properties = evaluation.properties(id);
        if (!record) {
            fate.set(id, 'new');
            rows.push({
                Action: 'Add',
                LogicalResourceId: id,
                ResourceType: definition.Type,
                Scope: [],
                Details: [],
                after: properties,
            });
        } else if (record.type !== definition.Type) changedTypes.push(id);
        else {
            const row = compare(stack, next, id, definition, record, properties, fate);
            if (!row) continue;
            if (row.Scope.includes('Properties')) fate.set(id, row.Replacement === 'False' ? 'changed' : 'replaced');
            rows.push(row);
        }
    }
    if (changedTypes.length)
        throw validation(
            `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changedTypes.join(', ')}]`,
        );
    for (const [id, record] of stack.resources) {
        if (record.removed || (next.template.resources[id] && evaluation.active(id))) continue;
        rows.push({
            Action: 'Remove',
            PolicyAction: (record.definition.DeletionPolicy ?? 'Delete').replace('ExceptOnCreate', ''),
            LogicalResourceId: id,
            PhysicalResourceId: record.id,
            ResourceType: record.type,
            Scope: [],
            Details: [],
            before: record.properties,
        });
    }
    return rows;
}

// AWS's documentation doesn't say which template's policy decides over what is replaced: the cautious reading is that what
// was made without one goes. `replacePolicy: 'new'` is the other.
export const policyWhenReplaced = (fake, before, after) =>
    (fake.options.replacePolicy === 'new' ? after : before).UpdateReplacePolicy;

// The value of an export of another stack of the region.
export function importedValue(stack, name) {
    for (const other of stack.region.stacks.values()) {
        const output = !other.gone && other.outputs.find((o) => o.ExportName === name);
        if (output) return output.OutputValue;
    }
    throw validation(`No export named ${name} found.`);
}

function compare(stack, next, id, definition, record, properties, fate) {
    const details = [],
        scope = new Set();
    for (const name of new Set([...Object.keys(record.properties), ...Object.keys(properties)])) {
        if (same(record.properties[name], properties[name])) continue;
        const tags = typeOf(definition.Type)?.tags === name;
        scope.add(tags ? 'Tags' : 'Properties');
        details.push(...detailsOf(stack, next, record, definition, name, properties, tags, fate));
    }
    const stackTags = typeOf(definition.Type)?.tags && !same(stack.tags, next.tags) && !scope.has('Tags');
    if (stackTags) {
        scope.add('Tags');
        details.push({
            Target: { Attribute: 'Tags', RequiresRecreation: 'Never' },
            Evaluation: 'Static',
            ChangeSource: 'DirectModification',
        });
    }
    for (const attribute of ['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy', 'UpdatePolicy', 'CreationPolicy']) {
        if (same(record.definition[attribute], definition[attribute])) continue;
        scope.add(attribute);
        details.push({
            Target: { Attribute: attribute, RequiresRecreation: 'Never' },
            Evaluation: 'Static',
            ChangeSource: 'DirectModification',
        });
    }
    if (definition.Type === 'AWS::CloudFormation::Stack' && !scope.size) {
        details.push({
            Target: { Attribute: 'Properties', RequiresRecreation: 'Never' },
            Evaluation: 'Dynamic',
            ChangeSource: 'Automatic',
        });
        scope.add('Properties');
    }
    if (record.status?.endsWith('_FAILED') && !scope.size) scope.add('Properties');
    if (!scope.size) return null;
    const always = details.filter((d) => d.Target.RequiresRecreation === 'Always');
    const replaced = always.some((d) => d.Evaluation === 'Static')
        ? 'True'
        : always.length || details.some((d) => d.Target.RequiresRecreation === 'Conditionally')
          ? 'Conditional'
          : 'False';
    const policy = policyWhenReplaced(stack.fake, record.definition, definition) ?? 'Delete';
    return {
        Action: 'Modify',
        PolicyAction:
            replaced === 'False' ? undefined : `ReplaceAnd${policy === 'RetainExceptOnCreate' ? 'Retain' : policy}`,
        LogicalResourceId: id,
        PhysicalResourceId: record.id,
        ResourceType: definition.Type,
        Replacement: replaced,
        Scope: [...scope],
        Details: details,
        before: record.properties,
        after: properties,
    };
}

// One property may change for several reasons; each is a row.
function detailsOf(stack, next, record, definition, name, properties, tags, fate) {
    const target = {
        Attribute: tags ? 'Tags' : 'Properties',
        Name: tags ? undefined : name,
        RequiresRecreation: tags ? 'Never' : recreation(definition.Type, name),
        Path: `/Properties/${name}`,
        BeforeValue: shown(record.properties[name]),
        AfterValue: shown(properties[name]),
        AttributeChangeType: !(name in record.properties) ? 'Add' : !(name in properties) ? 'Remove' : 'Modify',
    };
    const rows = [];
    const raw = definition.Properties?.[name];
    walk(raw ?? {}, (kind, entity, attribute) => {
        if (kind === 'Ref' && next.parameters.has(entity)) {
            if (stack.parameters.get(entity)?.value === next.parameters.get(entity).value) return;
            rows.push({
                Target: target,
                Evaluation: 'Static',
                ChangeSource: 'ParameterReference',
                CausingEntity: entity,
            });
        } else if (kind === 'Ref' && fate.has(entity) && fate.get(entity) !== 'changed') {
            rows.push({
                Target: target,
                Evaluation: 'Dynamic',
                ChangeSource: 'ResourceReference',
                CausingEntity: entity,
            });
        } else if (kind === 'GetAtt' && fate.has(entity)) {
            rows.push({
                Target: target,
                Evaluation: 'Dynamic',
                ChangeSource: 'ResourceAttribute',
                CausingEntity: `${entity}.${attribute}`,
            });
        }
    });
    const direct = !same(record.definition.Properties?.[name], raw);
    if (direct || !rows.length || (!unknown(properties[name]) && rows.every((r) => r.Evaluation === 'Dynamic'))) {
        rows.push({
            Target: target,
            Evaluation: unknown(properties[name]) && !direct ? 'Dynamic' : 'Static',
            ChangeSource: 'DirectModification',
        });
    }
    return rows;
}

const shown = (value) =>
    value === undefined ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);

// A row as it is shown: without what only IncludePropertyValues shows, and without secrets.
export function publicRow(row, values, mask) {
    const { before, after, ...change } = row;
    const properties = (of) => of && mask(JSON.stringify({ Properties: of }));
    const target = ({ Attribute, Name, RequiresRecreation, BeforeValue, AfterValue, ...more }) => ({
        Attribute,
        Name,
        RequiresRecreation,
        ...(values ? { ...more, BeforeValue: mask(BeforeValue), AfterValue: mask(AfterValue) } : {}),
    });
    return {
        Type: 'Resource',
        ResourceChange: {
            ...change,
            Details: change.Details.map((d) => ({ ...d, Target: target(d.Target) })),
            ...(values ? { BeforeContext: properties(before), AfterContext: properties(after) } : {}),
        },
    };
}
