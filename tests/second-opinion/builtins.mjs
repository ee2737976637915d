// Runs the table of built-ins (tests/data/builtins.txt) in this Node and compares: the results that
// test_builtins expects of the evaluator are those of a real engine.
//
//     node tests/second-opinion/builtins.mjs            compares, ends with 1 where something differs
//     node tests/second-opinion/builtins.mjs --bless    writes what this Node says
//
// A row is `expression //=> "result as a JSON string"`; `#` starts a heading. Rows below a heading
// `# Node N` are left out in older ones.
import { readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";

process.env.TZ = "UTC";
const path = new URL("../data/builtins.txt", import.meta.url);
const bless = process.argv.includes("--bless");
const AsyncFunction = (async () => {}).constructor;
const major = Number(process.versions.node.split(".")[0]);

async function run(expression) {
    const source = `async function probe() { return String(${expression}); }`;
    const { code } = transformSync(source, { loader: "ts", target: "esnext" });
    return await new AsyncFunction(`${code}; return await probe();`)();
}

let passed = 0;
let failed = 0;
let needed = 0;
const lines = [];
for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.startsWith("#")) needed = Number(/^# Node (\d+)/.exec(line)?.[1] ?? 0);
    const at = line.lastIndexOf(" //=> ");
    if (line === "" || line.startsWith("#") || needed > major || (at < 0 && !bless)) {
        lines.push(line);
        continue;
    }
    const expression = at < 0 ? line : line.slice(0, at);
    const expected = at < 0 ? undefined : JSON.parse(line.slice(at + 6));
    let got;
    try {
        got = await run(expression);
    } catch (error) {
        got = `throws ${error}`;
    }
    if (got === expected) passed++;
    else {
        failed++;
        if (!bless) console.log(`${expression}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`);
    }
    lines.push(`${expression} //=> ${JSON.stringify(got)}`);
}
if (bless) writeFileSync(path, lines.join("\n"));
else console.log(`${passed} passed, ${failed} failed`);
process.exit(failed && !bless ? 1 : 0);
