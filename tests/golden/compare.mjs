// Turning what the compiler made into texts that are easy to compare, and showing how two texts differ.
//
// In: parsed arch.json and template.json. Out: lines of text. Pure functions.

// ---- The graph as lines ----------------------------------------------------------------------------

// Trigger arguments follow the operation: `Router/api -trigger get /hello-> Function/api-get-hello`.
export function edgeLine(edge) {
    const texts = Object.values(edge.arguments ?? {}).map((value) =>
        typeof value === "string" ? value : JSON.stringify(value),
    );
    const operation = [edge.operation, ...texts].join(" ");
    return `${edge.from} -${edge.type} ${operation}-> ${edge.to}`;
}

export function graphLines(arch) {
    return [
        ...arch.resources.map((resource) => `resource ${resource.id}`),
        ...arch.edges.map(edgeLine),
    ].sort();
}

function environmentLines(arch) {
    return arch.resources.flatMap((resource) =>
        (resource.environment ?? []).map((name) => `env ${resource.id} ${name}`),
    );
}

function argumentAt(resource, dotted) {
    return dotted.split(".").reduce((value, key) => value?.[key], resource?.arguments);
}

// expect.edges, written by hand: `resource ID` and edge lines are the whole graph; `env ID NAME` lines,
// where there are any, are the whole environment; `arg ID PATH = JSON` lines are a selection. Answers
// the difference as a list of problems.
export function checkEdges(expected, arch) {
    const lines = expected
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line && !line.startsWith("#"));
    const problems = [];
    const wanted = lines.filter((line) => !/^(env|arg) /.test(line));
    const wantedEnv = lines.filter((line) => line.startsWith("env "));
    compareSets(wanted, graphLines(arch), problems);
    if (wantedEnv.length > 0) compareSets(wantedEnv, environmentLines(arch), problems);
    for (const line of lines.filter((line) => line.startsWith("arg "))) {
        const [, id, dotted, json] = /^arg (\S+) (\S+) = (.*)$/.exec(line) ?? [];
        if (id === undefined) {
            problems.push(`not understood: ${line}`);
            continue;
        }
        const value = argumentAt(
            arch.resources.find((resource) => resource.id === id),
            dotted,
        );
        const same =
            value !== undefined && JSON.stringify(value) === JSON.stringify(JSON.parse(json));
        if (!same) problems.push(`- ${line}`, `+ arg ${id} ${dotted} = ${JSON.stringify(value)}`);
    }
    return problems;
}

export function compareSets(wanted, found, problems) {
    for (const line of wanted) if (!found.includes(line)) problems.push(`- ${line}`);
    for (const line of found) if (!wanted.includes(line)) problems.push(`+ ${line}`);
}

// ---- Permissions -----------------------------------------------------------------------------------

function roleOf(template, functionId) {
    const role = template.Resources[functionId].Properties?.Role;
    return role?.["Fn::GetAtt"]?.[0] ?? role?.Ref ?? null;
}

export function statementsOfRole(template, roleId) {
    const statements = [];
    const take = (document) => statements.push(...[document?.Statement ?? []].flat());
    const role = template.Resources[roleId];
    for (const policy of role?.Properties?.Policies ?? []) take(policy.PolicyDocument);
    for (const other of Object.values(template.Resources)) {
        const attached = /^AWS::IAM::(Role)?Policy$/.test(other.Type);
        const roles = [other.Properties?.Roles ?? [], other.Properties?.RoleName ?? []].flat();
        if (attached && roles.some((ref) => ref?.Ref === roleId))
            take(other.Properties.PolicyDocument);
    }
    return statements;
}

// Every permission of a template, role by role and function by function: what expect.iam.json holds.
export function permissionsOf(template) {
    const functions = {};
    const roles = {};
    for (const [id, resource] of Object.entries(template.Resources ?? {})) {
        if (resource.Type === "AWS::Lambda::Function") {
            functions[id] = {
                role: roleOf(template, id),
                statements: statementsOfRole(template, roleOf(template, id)),
                invokedBy: [],
            };
        }
        if (resource.Type === "AWS::IAM::Role") {
            roles[id] = {
                trust: resource.Properties.AssumeRolePolicyDocument,
                managed: resource.Properties.ManagedPolicyArns ?? [],
                statements: statementsOfRole(template, id),
            };
        }
    }
    for (const resource of Object.values(template.Resources ?? {})) {
        if (resource.Type !== "AWS::Lambda::Permission") continue;
        const { FunctionName: name, ...rest } = resource.Properties;
        functions[name?.Ref ?? name?.["Fn::GetAtt"]?.[0]]?.invokedBy.push(rest);
    }
    // A function's role stands with the function; what is left are the roles of other services.
    for (const { role } of Object.values(functions)) delete roles[role];
    return { functions, roles };
}

// ---- Differences -----------------------------------------------------------------------------------

const CONTEXT = 2;

// Lines that differ with a little context, `-` expected and `+` found. Quadratic in the middle part
// that differs; huge texts are cut.
export function difference(expected, found) {
    let a = expected.split("\n");
    let b = found.split("\n");
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    let end = 0;
    while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
        end++;
    const before = a.slice(Math.max(0, start - CONTEXT), start).map((line) => `  ${line}`);
    const after = a.slice(a.length - end, a.length - end + CONTEXT).map((line) => `  ${line}`);
    a = a.slice(start, a.length - end).slice(0, 400);
    b = b.slice(start, b.length - end).slice(0, 400);
    return [`@@ line ${start + 1}`, ...before, ...middle(a, b), ...after];
}

// The longest common subsequence, by the usual table.
function middle(a, b) {
    const width = b.length + 1;
    const table = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
        for (let j = b.length - 1; j >= 0; j--) {
            table[i * width + j] =
                a[i] === b[j]
                    ? table[(i + 1) * width + j + 1] + 1
                    : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
        }
    }
    const lines = [];
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
        if (i < a.length && j < b.length && a[i] === b[j]) {
            lines.push(`  ${a[i++]}`);
            j++;
        } else if (
            j >= b.length ||
            (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])
        ) {
            lines.push(`- ${a[i++]}`);
        } else {
            lines.push(`+ ${b[j++]}`);
        }
    }
    return lines;
}
