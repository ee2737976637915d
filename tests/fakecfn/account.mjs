// What the account holds, by region: stacks, and everything that stacks or calls create.
//
// One account, many regions; buckets and roles know no region. Names are random but the generator is seeded, so that a
// run can be repeated.

import { createHash } from 'node:crypto';

export const ACCOUNT = '123456789012';

export function partitionOf(region) {
    if (region.startsWith('cn-')) return ['aws-cn', 'amazonaws.com.cn'];
    if (region.startsWith('us-gov-')) return ['aws-us-gov', 'amazonaws.com'];
    if (region.startsWith('eusc-')) return ['aws-eusc', 'amazonaws.eu'];
    return ['aws', 'amazonaws.com'];
}

class Region {
    stacks = new Map(); // by ARN, deleted ones too
    things = new Map(); // `type name` → {type, name, properties, owner}
    functions = new Map();
    logGroups = new Map(); // name → [{stream, timestamp, message}]
    endpoints = new Map();
    endpointConfigs = new Map();
    models = new Map();
    parameters = new Map(); // SSM
    apis = new Map(); // HTTP APIs, by id
    drifts = new Map();

    constructor(name, account) {
        [this.partition, this.suffix] = partitionOf(name);
        Object.assign(this, { name, account });
    }

    arn(service, rest, global = false) {
        return `arn:${this.partition}:${service}:${global ? '' : this.name}:${this.account.id}:${rest}`;
    }
}

export class Account {
    id = ACCOUNT;
    buckets = new Map();
    roles = new Map(); // and other things of IAM: name → {arn, properties}
    #regions = new Map();
    #seed;
    #count = 0;

    constructor(seed = 'fakecfn') {
        this.#seed = seed;
    }

    region(name) {
        if (!this.#regions.has(name)) this.#regions.set(name, new Region(name, this));
        return this.#regions.get(name);
    }

    regions() {
        return [...this.#regions.values()];
    }

    #hash() {
        return createHash('sha256').update(`${this.#seed} ${this.#count++}`).digest();
    }

    uuid() {
        const hex = this.#hash().toString('hex');
        return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    }

    random(length, letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') {
        const bytes = Buffer.concat([this.#hash(), this.#hash()]);
        return Array.from({ length }, (_, i) => letters[bytes[i] % letters.length]).join('');
    }
}
