// One template out of a template and its nested ones, as if there were no limits: what a nested stack
// gets as parameters is put in their place, what it gives is put where it is asked for.
//
// In: the main template, and a function that gives a nested stack's template by its logical id. Out: a
// template without stacks in it.

function replace(json, swap) {
    if (json === null || typeof json !== "object") return json;
    if (Array.isArray(json)) return json.map((item) => replace(item, swap));
    const swapped = swap(json);
    if (swapped !== undefined) return swapped;
    return Object.fromEntries(
        Object.entries(json).map(([key, value]) => [key, replace(value, swap)]),
    );
}

// `${Name}` in Fn::Sub becomes a name of its own map where it is a parameter.
function inSub(argument, parameters) {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    const used = [...text.matchAll(/\$\{([^!}]+)\}/g)].map(([, name]) => name);
    const given = used.filter((name) => name in parameters && !(name in names));
    if (given.length === 0) return undefined;
    return [
        text,
        { ...names, ...Object.fromEntries(given.map((name) => [name, parameters[name]])) },
    ];
}

function withParameters(json, parameters) {
    return replace(json, (value) => {
        const keys = Object.keys(value);
        if (keys.length !== 1) return undefined;
        if (keys[0] === "Ref" && value.Ref in parameters) return parameters[value.Ref];
        if (keys[0] !== "Fn::Sub") return undefined;
        const argument = inSub(value["Fn::Sub"], parameters);
        return argument && { "Fn::Sub": argument };
    });
}

export function flatten(template, nestedTemplate) {
    const stacks = Object.entries(template.Resources).filter(
        ([, { Type }]) => Type === "AWS::CloudFormation::Stack",
    );
    if (stacks.length === 0) return template;
    const Resources = { ...template.Resources };
    const outputs = {};
    for (const [id, { Properties }] of stacks) {
        delete Resources[id];
        const nested = flatten(nestedTemplate(id), nestedTemplate);
        const parameters = Properties.Parameters ?? {};
        for (const [name, resource] of Object.entries(nested.Resources)) {
            if (name in Resources) throw new Error(`${name} stands in two of the templates`);
            Resources[name] = withParameters(resource, parameters);
        }
        for (const [name, { Value }] of Object.entries(nested.Outputs ?? {})) {
            outputs[`${id} Outputs.${name}`] = withParameters(Value, parameters);
        }
    }
    const joined = { ...template, Resources };
    // An output may go on into another stack, whose output goes on …
    return stacks.reduce(
        (before) =>
            replace(before, (value) => {
                const get = value["Fn::GetAtt"];
                return Array.isArray(get) ? outputs[get.join(" ")] : undefined;
            }),
        joined,
    );
}
