// Templates that differ from a given one in one place each.
//
// In: a template. Out: [what was changed, the older template] pairs, always the same ones.

const clone = (value) => structuredClone(value);
const isFunction = (value) =>
    value !== null && typeof value === "object" && !Array.isArray(value) &&
    Object.keys(value).length === 1 && /^(Ref|Fn::.*)$/.test(Object.keys(value)[0]);

// Paths of the leaves below a value, functions of CloudFormation left alone.
function leaves(value, path = []) {
    if (value === null || typeof value !== "object") return [path];
    if (isFunction(value)) return [];
    return Object.keys(value).flatMap((key) => leaves(value[key], [...path, key]));
}

function change(root, path, how) {
    const parent = path.slice(0, -1).reduce((value, key) => value[key], root);
    parent[path.at(-1)] = how(parent[path.at(-1)]);
}

function otherwise(value) {
    if (typeof value === "number") return value + 1;
    if (typeof value === "boolean") return !value;
    return `${value}x`;
}

function* ofResource(id, resource) {
    const properties = Object.keys(resource.Properties ?? {});
    for (const name of properties)
        yield [`${id} without ${name}`, (t) => delete t.Resources[id].Properties[name]];
    const changeable = leaves(resource.Properties ?? {}).filter((path) => path.at(-1) !== "Sid");
    for (const path of changeable.slice(0, 12))
        yield [
            `${id} with another ${path.join(".")}`,
            (t) => change(t.Resources[id].Properties, path, otherwise),
        ];
    yield [`without ${id}`, (t) => delete t.Resources[id]];
    yield [`${id} with other words for people`, (t) => (t.Resources[id].Metadata = { a: 1 })];
}

function* ofRole(id, role) {
    const statements = role.Properties.Policies?.[0]?.PolicyDocument.Statement ?? [];
    for (const index of statements.keys()) {
        const list = (t) => t.Resources[id].Properties.Policies[0].PolicyDocument.Statement;
        yield [`${id} with a statement less`, (t) => list(t).splice(index, 1)];
        yield [`${id} with another action`, (t) => (list(t)[index].Action = "s3:GetObject")];
        yield [`${id} with all of it`, (t) => (list(t)[index].Resource = "*")];
        yield [
            `${id} with a statement more`,
            (t) =>
                list(t).push({ Effect: "Allow", Action: `s3:GetObject${index}`, Resource: "*" }),
        ];
    }
}

export function* mutations(template) {
    const make = ([what, mutate]) => {
        const before = clone(template);
        mutate(before);
        return [what, before];
    };
    for (const [id, resource] of Object.entries(template.Resources)) {
        for (const one of ofResource(id, resource)) yield make(one);
        if (resource.Type === "AWS::IAM::Role")
            for (const one of ofRole(id, resource)) yield make(one);
    }
    yield make([
        "with a table",
        (t) => (t.Resources.OldTable = { Type: "AWS::DynamoDB::Table", Properties: {} }),
    ]);
    yield make([
        "with a table that stays",
        (t) =>
            (t.Resources.OldTable = {
                Type: "AWS::DynamoDB::Table",
                DeletionPolicy: "Retain",
                Properties: {},
            }),
    ]);
    yield make(["nothing", () => {}]);
}
