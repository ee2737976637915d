// The Query protocol's requests: a form becomes nested values, checked member by member against a table.
//
// A misspelt or unknown member is refused, where AWS would pass over it; limits and patterns are refused with
// AWS's own sentence. In: the form, a shape. Out: values.

import { AwsError, misuse, validation } from './errors.mjs';

export const text = (limits = {}) => ({ kind: 'text', ...limits });
export const flag = { kind: 'flag' };
export const whole = (limits = {}) => ({ kind: 'whole', ...limits });
export const list = (of, limits = {}) => ({ kind: 'list', of, ...limits });
export const struct = (members) => ({ kind: 'struct', members });
export const must = (shape) => ({ ...shape, must: true });

// The form as a flat map; `+` is a space there.
export function form(body) {
    const map = new Map();
    const decode = (t) => {
        try {
            return decodeURIComponent(t.replaceAll('+', ' '));
        } catch {
            throw new AwsError('MalformedQueryString', `malformed encoding: ${t.slice(0, 40)}`, 400);
        }
    };
    for (const part of body.toString('latin1').split('&').filter(Boolean)) {
        const at = part.indexOf('=');
        if (at < 0) throw new AwsError('MalformedQueryString', `no value for ${part.slice(0, 60)}`, 400);
        const name = decode(part.slice(0, at));
        if (map.has(name)) throw misuse(`${name} is there twice`);
        map.set(name, decode(part.slice(at + 1)));
    }
    return map;
}

export function read(map, shape) {
    const tree = {};
    for (const [name, value] of map) {
        if (name === 'Action' || name === 'Version') continue;
        let node = tree;
        const path = name.split('.');
        for (const step of path.slice(0, -1)) {
            node = node[step] ??= {};
            if (typeof node !== 'object') throw misuse(`${name}: ${step} has a value of its own`);
        }
        node[path.at(-1)] = value;
    }
    const problems = [];
    const out = convert(tree, struct(shape), '', problems);
    if (problems.length) {
        throw validation(
            `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`,
        );
    }
    return out;
}

const lower = (name) => name[0].toLowerCase() + name.slice(1);

function convert(node, shape, path, problems) {
    switch (shape.kind) {
        case 'struct':
            return convertStruct(node, shape, path, problems);
        case 'list':
            return convertList(node, shape, path, problems);
        default:
            return convertScalar(node, shape, path, problems);
    }
}

function convertStruct(node, shape, path, problems) {
    if (typeof node !== 'object') throw misuse(`${path} is a structure, not a value`);
    const out = {};
    for (const name of Object.keys(node)) {
        if (!(name in shape.members)) throw misuse(`unknown parameter ${path ? `${path}.` : ''}${name}`);
    }
    for (const [name, member] of Object.entries(shape.members)) {
        const inner = path ? `${path}.${lower(name)}` : lower(name);
        if (name in node) out[name] = convert(node[name], member, inner, problems);
        else if (member.must)
            problems.push(`Value null at '${inner}' failed to satisfy constraint: Member must not be null`);
    }
    return out;
}

// `X=` is the empty list; otherwise X.member.1, X.member.2 … without a gap.
function convertList(node, shape, path, problems) {
    if (node === '') return [];
    const members = node.member;
    if (typeof node !== 'object' || Object.keys(node).join() !== 'member' || typeof members !== 'object') {
        throw misuse(`${path} is a list: ${path}.member.N`);
    }
    const out = [];
    const count = Object.keys(members).length;
    for (let i = 1; i <= count; i++) {
        if (!(i in members)) throw misuse(`${path}.member.${i} is missing`);
        out.push(convert(members[i], shape.of, `${path}.${i}.member`, problems));
    }
    if (shape.max && count > shape.max) {
        problems.push(
            `Value '[${out.join(', ')}]' at '${path}' failed to satisfy constraint: Member must have length less than or equal to ${shape.max}`,
        );
    }
    return out;
}

function convertScalar(value, shape, path, problems) {
    if (typeof value !== 'string') throw misuse(`${path} is a value, not a structure`);
    const bad = (rule) => problems.push(`Value '${value}' at '${path}' failed to satisfy constraint: ${rule}`);
    if (shape.kind === 'flag') {
        if (!/^(true|false)$/.test(value))
            throw new AwsError('MalformedInput', `fakecfn: ${path} is no boolean: ${value}`, 400);
        return value === 'true';
    }
    if (shape.kind === 'whole') {
        if (!/^-?\d+$/.test(value))
            throw new AwsError('MalformedInput', `fakecfn: ${path} is no number: ${value}`, 400);
        if (Number(value) < shape.min) bad(`Member must have value greater than or equal to ${shape.min}`);
        if (Number(value) > shape.max) bad(`Member must have value less than or equal to ${shape.max}`);
        return Number(value);
    }
    const size = shape.bytes ? Buffer.byteLength(value) : value.length;
    if (size < (shape.min ?? 0)) bad(`Member must have length greater than or equal to ${shape.min}`);
    if (size > (shape.max ?? Infinity)) bad(`Member must have length less than or equal to ${shape.max}`);
    if (shape.pattern && !new RegExp(`^(?:${shape.pattern})$`).test(value))
        bad(`Member must satisfy regular expression pattern: ${shape.pattern}`);
    if (shape.of && !shape.of.includes(value)) bad(`Member must satisfy enum value set: [${shape.of.join(', ')}]`);
    return value;
}
