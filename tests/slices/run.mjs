// Slices behave as the whole program does: every golden program that compiles, and the programs of this folder, are
// bundled twice for each function, and both bundles are given the same events.
//
// In: --pluto PATH, --filter TEXT, --verbose, --update (writes carries.json anew: read what changed). Out: what differs, and `N passed, N failed`. For programs of this folder
// carries.json says which packages and modules each function's bundle has.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findCases, inParallel, layOut, runPluto, temporaryFolder } from "../golden/cases.mjs";
import { bundleAll, bundleClient } from "./bundle.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const HANG_MS = 6_000; // without a word from the player
const GROUP = 16; // programs that one process plays

function readOptions(words) {
    const options = { pluto: "build/pluto", filter: "", verbose: false, update: false };
    for (let i = 0; i < words.length; i++) {
        if (words[i] === "--pluto") options.pluto = words[++i];
        else if (words[i] === "--filter") options.filter = words[++i];
        else if (words[i] === "--verbose") options.verbose = true;
        else if (words[i] === "--update") options.update = true;
        else throw new Error(`unknown option ${words[i]}`);
    }
    options.pluto = path.resolve(options.pluto);
    return options;
}

const options = readOptions(process.argv.slice(2));
const scratch = temporaryFolder("pluto-slices-");

// ---- Programs --------------------------------------------------------------------------------------

function ownPrograms() {
    const root = path.join(HERE, "programs");
    return fs
        .readdirSync(root)
        .sort()
        .map((name) => {
            const dir = path.join(root, name);
            const carries = JSON.parse(fs.readFileSync(path.join(dir, "carries.json"), "utf8"));
            return { id: `programs/${name}`, sources: dir, args: [], make: null, carries };
        });
}

const goldenPrograms = () => findCases().filter((one) => !one.rejected && one.command.length === 0);

async function graphOf(program, project, format) {
    const args = ["graph", project, "--format", format, ...program.args];
    const { status, stdout, stderr } = await runPluto(options.pluto, args);
    if (status !== 0) throw new Error(`pluto graph --format ${format}: exit ${status}\n${stderr}`);
    return JSON.parse(stdout);
}

// ---- Texts -----------------------------------------------------------------------------------------

// A slice's text is its source with blanks: nothing moves, nothing is added but `null`, `;` and `{}`.
function checkText(slice, source, problems) {
    const a = Buffer.from(slice.text);
    const b = Buffer.from(source.text);
    if (a.length !== b.length) return problems.push(`${slice.path}: ${a.length} bytes, not ${b.length}`);
    for (let i = 0; i < a.length; i++) {
        const same = a[i] === b[i] || (a[i] === 0x20 && b[i] !== 0x0a && b[i] !== 0x0d);
        if (!same && !"nul;{}".includes(String.fromCharCode(a[i])))
            return problems.push(`${slice.path}: byte ${i} is ${JSON.stringify(String.fromCharCode(a[i]))}`);
    }
    return undefined;
}

function checkTexts(sliced, whole, problems) {
    sliced.forEach((slice, i) => {
        if (slice.key !== whole[i].key) problems.push(`${slice.function}: the key differs`);
        for (const module of slice.modules) {
            const source = whole[i].modules.find((one) => one.path === module.path);
            if (source) checkText(module, source, problems);
            else problems.push(`${slice.function}: ${module.path} is no module of the program`);
        }
    });
}

// ---- Playing ---------------------------------------------------------------------------------------

// Plays bundles in one process until one of them does not end; gives the answers so far.
function playSome(bundles) {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [path.join(HERE, "play.mjs")], { stdio: ["pipe", "pipe", "inherit"] });
        let out = "";
        let timer = null;
        const watch = () => {
            clearTimeout(timer);
            timer = setTimeout(() => child.kill("SIGKILL"), HANG_MS);
        };
        child.stdout.on("data", (chunk) => {
            out += chunk;
            watch();
        });
        child.on("close", () => {
            clearTimeout(timer);
            resolve(out.split("\n").slice(0, -1).map((line) => JSON.parse(line)));
        });
        child.stdin.on("error", () => {});
        child.stdin.end(JSON.stringify(bundles.map(({ file, env, variables }) => ({ file, env, variables }))));
        watch();
    });
}

async function play(bundles) {
    const answers = [];
    while (answers.length < bundles.length) {
        answers.push(...(await playSome(bundles.slice(answers.length))));
        if (answers.length < bundles.length) answers.push({ fails: "it does not end" });
    }
    return answers;
}

// What esbuild calls a name depends on what else is in the bundle.
const withoutNumbers = (text) => text.replace(/(throws \w+: [A-Za-z_$]+)\d+/g, "$1");

const first = (text) => (text.length > 600 ? `${text.slice(0, 600)}…` : text);

function compare(name, sliced, whole, problems) {
    // What does not start as a whole tells nothing of the slice.
    if (whole.fails !== undefined) {
        problems.push(`${name} cannot be started as a whole: ${whole.fails}`);
        return "unplayable";
    }
    const a = withoutNumbers(JSON.stringify(sliced, null, 1));
    const b = withoutNumbers(JSON.stringify(whole, null, 1));
    if (a === b) return "same";
    const lines = b.split("\n");
    const at = a.split("\n").findIndex((line, i) => line !== lines[i]);
    problems.push(
        `${name} behaves differently:\n    whole  ${first(lines[at] ?? "(end)")}\n    sliced ${first(a.split("\n")[at] ?? "(end)")}`,
    );
    return "different";
}

// ---- One program -----------------------------------------------------------------------------------

// Compiler options of the tsconfig.json nearest to a module, within the program's folder.
function optionsIn(project) {
    const read = (file) => {
        const text = fs.readFileSync(file, "utf8");
        if (!/experimentalDecorators|jsxFactory|extends/.test(text)) return {}; // and with comments, perhaps
        const { extends: base, compilerOptions } = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
        return { ...(base ? read(path.resolve(path.dirname(file), base)) : {}), ...compilerOptions };
    };
    return (module) => {
        for (let folder = path.dirname(module); ; folder = path.dirname(folder)) {
            const file = path.join(project, folder, "tsconfig.json");
            if (fs.existsSync(file)) {
                const { experimentalDecorators, jsxFactory, jsxFragmentFactory } = read(file);
                if (experimentalDecorators || jsxFactory) return { experimentalDecorators, jsxFactory, jsxFragmentFactory };
            }
            if (folder === ".") return undefined;
        }
    };
}

const environment = (project) => ({
    PLUTO_PROJECT_NAME: path.basename(project),
    PLUTO_STACK_NAME: "dev",
    PLUTO_PLATFORM_TYPE: "AWS",
    PLUTO_PROVISION_TYPE: "CloudFormation",
    PLUTO_LANGUAGE_TYPE: "typescript",
    PATH: "/usr/bin",
    HOME: os.tmpdir(),
});

async function prepare(program, index) {
    const problems = [];
    const home = path.join(scratch, String(index));
    try {
        const project = program.make ? await layOut(program, home) : program.sources;
        const sliced = await graphOf(program, project, "slices");
        const whole = await graphOf(program, project, "whole-slices");
        if (sliced.length !== whole.length) problems.push("there are not as many slices as functions");
        checkTexts(sliced, whole, problems);
        const bundles = sliced.length ? await bundleAll([...sliced, ...whole], home, client, {}, optionsIn(project)) : [];
        for (const bundle of bundles) bundle.env = environment(project);
        const graph = await graphOf(program, project, "json");
        const rowOf = (slice) => graph.resources.find(({ id }) => id === slice.function);
        sliced.forEach((slice, i) => (bundles[i].variables = rowOf(slice).environment ?? []));
        // Unused names that TypeScript would drop must be gone already.
        if (program.carries) await bundleAll(sliced, path.join(home, "strict"), client, { verbatimModuleSyntax: true }, optionsIn(project));
        return { program, problems, sliced, bundles };
    } catch (error) {
        return { program, problems: [error.message], sliced: [], bundles: [] };
    }
}

function judge({ program, problems, sliced, bundles }, played) {
    const told = [];
    sliced.forEach((slice, i) => {
        const how = compare(slice.function, played[i], played[i + sliced.length], problems);
        told.push(`${slice.function}: ${how}${played[i].fails ? ` (${played[i].fails})` : ""}`);
        if (options.verbose) told.push(`${JSON.stringify(played[i].calls?.at(-1))}`.slice(0, 300), played[i + sliced.length].fails ?? "");
        const expected = program.carries?.[slice.function];
        if (program.carries && JSON.stringify(expected) !== JSON.stringify(bundles[i].carries))
            problems.push(`${slice.function} carries ${JSON.stringify(bundles[i].carries)}, not ${JSON.stringify(expected)}`);
    });
    return told;
}

function update({ program, sliced, bundles }) {
    const carries = Object.fromEntries(sliced.map((slice, i) => [slice.function, bundles[i].carries]));
    fs.writeFileSync(path.join(program.sources, "carries.json"), `${JSON.stringify(carries, null, 2)}\n`);
    return carries;
}

// Node.js takes longer to start than to play a program.
async function playAll(prepared) {
    const groups = [];
    for (let i = 0; i < prepared.length; i += GROUP) groups.push(prepared.slice(i, i + GROUP));
    const played = await inParallel(groups, os.availableParallelism(), async (group) => {
        const answers = await play(group.flatMap((one) => one.bundles));
        return group.map((one) => answers.splice(0, one.bundles.length));
    });
    return played.flat();
}

const client = await bundleClient(path.join(scratch, "client.mjs"));
const programs = [...ownPrograms(), ...goldenPrograms()].filter(({ id }) => id.includes(options.filter));
const prepared = await inParallel(programs, os.availableParallelism(), prepare);
const played = await playAll(prepared);
let failed = 0;
let alike = 0;
prepared.forEach((one, i) => {
    if (options.update && one.program.carries) one.program.carries = update(one);
    const told = judge(one, played[i]);
    failed += one.problems.length > 0;
    alike += told.filter((line) => / same$/.test(line)).length;
    if (one.problems.length) console.log(`FAIL ${one.program.id}\n  ${one.problems.join("\n  ")}`);
    if (options.verbose && told.length) console.log(`${one.program.id}\n  ${told.join("\n  ")}`);
});
console.log(`${alike} functions behave alike`);
console.log(`${programs.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
