// Judge: which resources of a template depend on which, as an independent parser sees it.
//
// In: arch.json, the template, and the edges that the validator found in it. Out: problems as texts.
// Between the pieces of two resources of the graph there is a reference exactly where the graph has a
// relation that needs one; and our own reading of the template finds the validator's edges, no more.

// ---- Our own reading -------------------------------------------------------------------------------

function* referencesIn(value) {
    if (value === null || typeof value !== "object") return;
    if (typeof value.Ref === "string") yield value.Ref;
    const get = value["Fn::GetAtt"];
    if (get) yield Array.isArray(get) ? get[0] : get.split(".")[0];
    const sub = value["Fn::Sub"];
    const [text, names] = Array.isArray(sub) ? sub : [sub, {}];
    if (typeof text === "string") {
        for (const [, name] of text.matchAll(/\$\{([^!}.]+)[^}]*\}/g))
            if (!(name in names)) yield name;
    }
    for (const item of Object.values(value)) yield* referencesIn(item);
}

export function referencePairs(template) {
    const pairs = new Set();
    for (const [id, resource] of Object.entries(template.Resources)) {
        for (const target of referencesIn(resource.Properties)) {
            if (template.Resources[target]) pairs.add(`${id} ${target}`);
        }
        for (const target of [resource.DependsOn ?? []].flat()) pairs.add(`${id} ${target}`);
    }
    return pairs;
}

// ---- The graph's side ------------------------------------------------------------------------------

function* propertiesIn(value) {
    if (value === null || typeof value !== "object") return;
    if (value.$property) yield value.$property.resource;
    if (typeof value.$secret === "string") yield value.$secret;
    for (const item of Object.values(value)) yield* propertiesIn(item);
}

// Pairs of resources of the graph that have to do with each other.
function related(arch) {
    const pairs = new Set();
    for (const { from, to } of arch.edges) pairs.add(`${from} ${to}`).add(`${to} ${from}`);
    for (const { id, arguments: args } of arch.resources) {
        for (const other of propertiesIn(args)) pairs.add(`${id} ${other}`);
    }
    return pairs;
}

// A function's name may stand in the other's environment as text: names are known, and two functions
// that call each other could not refer to each other.
function needsReference({ type, from, to, operation }) {
    if (from === to || (type === "call" && to.startsWith("Function/"))) return false;
    return type !== "read" || operation !== "awsFunctionName";
}

export function judgeReferences(arch, template, validatorEdges) {
    const problems = [];
    const ours = referencePairs(template);
    const theirs = new Set(
        validatorEdges
            .filter(
                ({ source, target }) => template.Resources[source] && template.Resources[target],
            )
            .map(({ source, target }) => `${source} ${target}`),
    );
    for (const pair of theirs)
        if (!ours.has(pair)) problems.push(`only the validator sees the reference ${pair}`);
    for (const pair of ours)
        if (!theirs.has(pair)) problems.push(`the validator does not see the reference ${pair}`);

    const owner = (id) => template.Resources[id].Metadata?.pluto?.id;
    const known = related(arch);
    const found = new Set();
    for (const pair of theirs) {
        const [from, to] = pair.split(" ").map(owner);
        if (from === undefined || to === undefined || from === to) continue;
        found.add(`${from} ${to}`);
        if (!known.has(`${from} ${to}`))
            problems.push(`${pair}: the graph does not relate ${from} and ${to}`);
    }
    for (const edge of arch.edges) {
        const { from, to, type, operation } = edge;
        const there =
            found.has(`${from} ${to}`) || (type === "trigger" && found.has(`${to} ${from}`));
        if (needsReference(edge) && !there)
            problems.push(`${from} -${type} ${operation}-> ${to} has no reference`);
    }
    return problems;
}
