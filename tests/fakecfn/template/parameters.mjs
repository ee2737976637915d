// A template's parameters: given values, previous ones, defaults, and every constraint with CloudFormation's sentence.
//
// In: declarations, what the request gives, what the stack had. Out: Map name → {value, list, noEcho}.

import { validation } from '../wire/errors.mjs';

export function readParameters(declared, given = [], previous = new Map()) {
    const strange = given.filter((g) => !(g.ParameterKey in declared)).map((g) => g.ParameterKey);
    if (strange.length) throw validation(`Parameters: [${strange.join(', ')}] do not exist in the template`);
    const out = new Map(),
        missing = [];
    const twice = given.find((g, i) => given.findIndex((o) => o.ParameterKey === g.ParameterKey) !== i);
    if (twice) throw validation(`Duplicate parameter key: ${twice.ParameterKey}`);
    for (const [name, rule] of Object.entries(declared)) {
        const entry = given.find((g) => g.ParameterKey === name);
        let value = entry?.ParameterValue;
        if (entry?.UsePreviousValue) {
            if (value !== undefined)
                throw validation(
                    `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
                );
            if (!previous.has(name))
                throw validation(`Invalid input for parameter key ${name}. Unable to find previous value`);
            value = previous.get(name).value;
        } else if (entry && value === undefined) {
            throw validation(
                `Invalid input for parameter key ${name}. Need to specify either usePreviousValue as true or a value for a parameter`,
            );
        }
        value ??= rule.Default === undefined ? undefined : String(rule.Default);
        if (value === undefined) missing.push(name);
        else out.set(name, check(name, rule, value));
    }
    if (missing.length) throw validation(`Parameters: [${missing.join(', ')}] must have values`);
    return out;
}

function check(name, rule, value) {
    const bad = (text) => {
        throw validation(
            rule.ConstraintDescription
                ? `Parameter ${name} failed to satisfy constraint: ${rule.ConstraintDescription}`
                : text,
        );
    };
    const list = /^(List<|CommaDelimitedList)/.test(rule.Type);
    if (Buffer.byteLength(value) > 4096) throw validation(`Parameter '${name}' must be at most 4096 bytes`);
    if (rule.Type === 'Number') {
        if (Number.isNaN(Number(value)) || value === '') bad(`Parameter '${name}' must be a number.`);
        if (Number(value) < Number(rule.MinValue ?? -Infinity))
            bad(`Parameter '${name}' must be a number not less than ${rule.MinValue}`);
        if (Number(value) > Number(rule.MaxValue ?? Infinity))
            bad(`Parameter '${name}' must be a number not greater than ${rule.MaxValue}`);
    }
    if (rule.AllowedValues && !rule.AllowedValues.map(String).includes(value))
        bad(`Parameter '${name}' must be one of AllowedValues`);
    if (rule.AllowedPattern && !new RegExp(`^(?:${rule.AllowedPattern})$`).test(value))
        bad(`Parameter '${name}' must match pattern ${rule.AllowedPattern}`);
    if (value.length < (rule.MinLength ?? 0))
        bad(`Parameter '${name}' must contain at least ${rule.MinLength} characters`);
    if (value.length > (rule.MaxLength ?? Infinity))
        bad(`Parameter '${name}' must contain at most ${rule.MaxLength} characters`);
    return { value, list, noEcho: rule.NoEcho === true || rule.NoEcho === 'true' };
}

export const shown = (parameters) =>
    [...parameters].map(([ParameterKey, { value, noEcho }]) => ({
        ParameterKey,
        ParameterValue: noEcho ? '****' : value,
    }));

// Texts, plain or JSON, in which the values of NoEcho parameters are stars, as in everything that CloudFormation shows.
export function masker(...maps) {
    const secrets = maps.flatMap((map) => [...(map?.values() ?? [])]).filter((p) => p.noEcho && p.value.length);
    const forms = secrets.flatMap(({ value }) => [value, JSON.stringify(value).slice(1, -1)]);
    return (text) => forms.reduce((t, form) => t?.replaceAll(form, '****'), text);
}
