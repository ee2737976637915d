// A template's values: intrinsic functions, conditions, parameters.
//
// In: a template, parameter values, pseudo parameters, and how to look up resources. Out: plain values.
// A lookup may answer UNKNOWN (known after apply); whatever is made of it is UNKNOWN too.

import { validation } from '../wire/errors.mjs';
import { getAtt, SUB } from './walk.mjs';

export const NO_VALUE = Symbol('AWS::NoValue');
export const UNKNOWN = '{{changeSet:KNOWN_AFTER_APPLY}}';
const fuzzy = (value) => typeof value === 'string' && value.includes(UNKNOWN);

export class Evaluation {
    // lookup.ref(id), lookup.attribute(id, name); lookup.resolve(reference) for {{resolve:…}}.
    constructor(template, parameters, pseudo, lookup) {
        Object.assign(this, { template, parameters, pseudo, lookup, conditions: new Map() });
    }

    active(id) {
        const { Condition: name } = this.template.resources[id];
        return name === undefined || this.condition(name);
    }

    condition(name) {
        if (!this.conditions.has(name)) this.conditions.set(name, Boolean(this.value(this.template.conditions[name])));
        return this.conditions.get(name);
    }

    properties(id) {
        const value = this.value(this.template.resources[id].Properties ?? {});
        return value === NO_VALUE ? {} : value;
    }

    value(node) {
        if (typeof node === 'string') return this.dynamic(node);
        if (typeof node !== 'object' || node === null) return node;
        if (Array.isArray(node)) return node.map((n) => this.value(n)).filter((v) => v !== NO_VALUE);
        const keys = Object.keys(node);
        if (keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'))) {
            if (keys[0] === 'Condition' && typeof node.Condition !== 'string') return this.object(node, keys);
            return this.call(keys[0], node[keys[0]]);
        }
        return this.object(node, keys);
    }

    object(node, keys) {
        const out = {};
        for (const key of keys) {
            const value = this.value(node[key]);
            if (value !== NO_VALUE) out[key] = value;
        }
        return out;
    }

    dynamic(text) {
        return text.includes('{{resolve:') && this.lookup.resolve
            ? text.replace(/\{\{resolve:([^}]+)\}\}/g, (_, reference) => this.lookup.resolve(reference))
            : text;
    }

    call(name, argument) {
        const method = FUNCTIONS[name];
        if (!method) throw validation(`Template error: ${name} is not a supported function`);
        return method.call(this, argument);
    }

    ref(name) {
        if (name === 'AWS::NoValue') return NO_VALUE;
        if (name in this.pseudo) return this.pseudo[name];
        if (this.parameters.has(name)) {
            const { value, list } = this.parameters.get(name);
            return list ? value.split(',').map((v) => v.trim()) : value;
        }
        return this.lookup.ref(name);
    }
}

const plain = (value, where) => {
    if (typeof value === 'object' || value === undefined)
        throw validation(`Template error: every value of ${where} must be a string`);
    return String(value);
};

const FUNCTIONS = {
    Ref(name) {
        return this.ref(name);
    },
    'Fn::GetAtt'(argument) {
        const [id, attribute] = getAtt(argument);
        return this.lookup.attribute(id, typeof attribute === 'object' ? this.value(attribute) : attribute);
    },
    'Fn::Sub'(argument) {
        const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
        return this.dynamic(
            text
                .replace(SUB, (_, raw) => {
                    const name = raw.trim();
                    if (name in names) return plain(this.value(names[name]), 'Fn::Sub');
                    return plain(
                        name.includes('.') ? this.lookup.attribute(...getAtt(name)) : this.ref(name),
                        'Fn::Sub',
                    );
                })
                .replace(/\$\{!/g, '${'),
        );
    },
    'Fn::Join'([separator, list]) {
        const values = this.value(list);
        if (fuzzy(values)) return UNKNOWN;
        return values.map((v) => plain(v, 'Fn::Join')).join(separator);
    },
    'Fn::Select'([index, list]) {
        const values = this.value(list);
        if (fuzzy(values)) return UNKNOWN;
        const at = Number(this.value(index));
        if (!(at >= 0 && at < values.length))
            throw validation('Template error: Fn::Select cannot select nonexistent value at index ' + at);
        return values[at];
    },
    'Fn::Split'([separator, text]) {
        const value = this.value(text);
        return fuzzy(value) ? value : plain(value, 'Fn::Split').split(separator);
    },
    'Fn::FindInMap'([map, first, second]) {
        const [name, top, key] = [map, first, second].map((v) => this.value(v));
        const found = this.template.mappings[name]?.[top]?.[key];
        if (found === undefined) throw validation(`Template error: Unable to get mapping for ${name}::${top}::${key}`);
        return found;
    },
    'Fn::If'([name, yes, no]) {
        return this.value(this.condition(name) ? yes : no);
    },
    Condition(name) {
        return this.condition(name);
    },
    'Fn::Equals'([left, right]) {
        return JSON.stringify(this.value(left)) === JSON.stringify(this.value(right));
    },
    'Fn::And'(list) {
        return list.every((v) => this.value(v));
    },
    'Fn::Or'(list) {
        return list.some((v) => this.value(v));
    },
    'Fn::Not'([value]) {
        return !this.value(value);
    },
    'Fn::Base64'(value) {
        return Buffer.from(plain(this.value(value), 'Fn::Base64')).toString('base64');
    },
    'Fn::GetAZs'() {
        return ['a', 'b', 'c'].map((zone) => `${this.pseudo['AWS::Region']}${zone}`);
    },
    'Fn::ImportValue'(name) {
        return this.lookup.imported(this.value(name));
    },
};
