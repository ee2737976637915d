// Makes, changes and removes one resource of any type, and answers Ref and Fn::GetAtt for it.
//
// In: r = {fake, account, region, stack, logicalId, type, properties}. Out: {id, attributes}; ResourceError otherwise.
// Steps: begin* does what fails at once and gives the physical id; settle waits until it is usable.

import { alreadyExists } from './error.mjs';
import { GATEWAY } from './gateway.mjs';
import { RICH } from './rich.mjs';
import { key, SIMPLE } from './simple.mjs';

const rowOf = (type) => RICH[type] ?? GATEWAY[type] ?? SIMPLE[type] ?? {};

// stack-logical-RANDOM, cut to the type's limit.
function generatedName(r, row) {
    const end = r.account.random(12);
    const room = (row.max ?? 255) - end.length - 2;
    const logical = r.logicalId.slice(0, Math.max(room - Math.min(r.stack.name.length, Math.ceil(room / 2)), 1));
    const name = `${r.stack.name.slice(0, room - logical.length)}-${logical}-${end}`;
    return row.lower ? name.toLowerCase() : name;
}

// Ref's value and the ARN may each be made of the other: both are worked out when first asked for.
function lazy(r, field, make) {
    let value,
        known = false;
    Object.defineProperty(r, field, {
        configurable: true,
        get() {
            if (!known) [known, value] = [true, make()];
            return value;
        },
        set(given) {
            [known, value] = [true, given];
        },
    });
}

function identify(r, row) {
    r.name ??=
        row.name && r.properties[row.name] !== undefined ? String(r.properties[row.name]) : generatedName(r, row);
    lazy(r, 'arn', () => row.arn?.(r));
    lazy(r, 'id', () => (row.id ? row.id(r) : r.name));
}

function attributesOf(r, row) {
    return { ...(r.arn ? { Arn: r.arn } : {}), ...row.attributes?.(r) };
}

// What a resource is or will be called, without making it.
export function describe(r, record) {
    if (record.id !== undefined && record.name !== undefined)
        return Object.assign(r, { id: record.id, name: record.name, arn: record.arn });
    identify(r, rowOf(r.type));
    return r;
}

const things = (r, row) => (row.everywhere ? r.account.region('global') : r.region).things;

export function beginCreate(r) {
    const row = rowOf(r.type);
    identify(r, row);
    if (row.name) {
        const at = key(r.type, r.name);
        if (things(r, row).has(at)) throw alreadyExists(r.type, row.identifier?.(r.name) ?? r.name);
    }
    const work = row.create?.(r);
    if (row.name) things(r, row).set(key(r.type, r.name), { type: r.type, name: r.name, owner: r.stack.id });
    if (r.type === 'AWS::IAM::Role') r.account.roles.set(r.name, { arn: r.arn, properties: r.properties });
    return finish(r, row, work);
}

export function beginUpdate(r, record) {
    const row = rowOf(r.type);
    Object.assign(r, { id: record.id, name: record.name, arn: record.arn });
    const work = row.update?.(r);
    if (r.type === 'AWS::IAM::Role') r.account.roles.set(r.name, { arn: r.arn, properties: r.properties });
    const done = finish(r, row, work);
    return { ...done, attributes: { ...record.attributes, ...done.attributes } };
}

function finish(r, row, work) {
    return { id: r.id, name: r.name, arn: r.arn, attributes: attributesOf(r, row), settle: work?.settle };
}

export function remove(r, record) {
    const row = rowOf(r.type);
    Object.assign(r, { id: record.id, name: record.name, arn: record.arn, properties: record.properties });
    row.remove?.(r);
    things(r, row).delete(key(r.type, r.name));
    if (r.type === 'AWS::IAM::Role') r.account.roles.delete(r.name);
}

// Whether a template that names this would collide with something that exists outside its stack.
export function existsElsewhere(fake, region, stack, type, properties) {
    const row = rowOf(type);
    const name = row.name && properties[row.name];
    if (!name) return false;
    const found = (row.everywhere ? fake.account.region('global') : region).things.get(key(type, name));
    if (found) return found.owner !== stack.id;
    return type === 'AWS::S3::Bucket'
        ? fake.account.buckets.has(name)
        : type === 'AWS::Lambda::Function'
          ? region.functions.has(name)
          : type === 'AWS::Logs::LogGroup'
            ? region.logGroups.has(name)
            : type === 'AWS::SageMaker::Endpoint'
              ? region.endpoints.has(name)
              : false;
}

export const isStateful = (type) => Boolean(rowOf(type).stateful);
