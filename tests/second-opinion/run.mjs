// The second opinion: runs every accepted golden program in Node against a recording SDK and compares
// with the graph that pluto made without running it.
//
//   node tests/second-opinion/run.mjs [--pluto PATH] [--filter TEXT] [--unmet]
//
// Resources and triggers must be equal; client calls and late properties met at run time must all be
// edges of the graph. second-opinion.json of a case may hold {"args": {"Function/x": [[…], …]}} for
// handlers that need particular arguments, {"environment": {…}}, or {"skip": "reason"}.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import {
    findCases,
    inParallel,
    layOut,
    readOptions,
    runPluto,
    temporaryFolder,
} from "../golden/cases.mjs";
import { compareSets, edgeLine } from "../golden/compare.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const WIDTH = 2;
const TIMEOUT_MS = 10_000;
const SDK = /^@plutolang\/pluto(-[a-z]+)?$/;

const options = readOptions(process.argv.slice(2));
const scratch = temporaryFolder("pluto-second-");

// ---- Bundling --------------------------------------------------------------------------------------

// Packages are not installed: what is no file of the project and not of Node becomes a permissive one.
const standIns = {
    name: "stand-ins",
    setup(bundler) {
        bundler.onResolve({ filter: SDK }, () => ({ path: path.join(HERE, "recording-sdk.mjs") }));
        bundler.onResolve({ filter: /^[^./]/ }, async (args) => {
            if (args.pluginData === "again" || args.kind === "entry-point") return undefined;
            if (args.path.startsWith("node:")) return { external: true };
            const again = {
                resolveDir: args.resolveDir,
                kind: args.kind,
                importer: args.importer,
                pluginData: "again",
            };
            const found = await bundler.resolve(args.path, again);
            if (found.errors.length === 0) return found;
            return { path: args.path, namespace: "unseen" };
        });
        bundler.onLoad({ filter: /.*/, namespace: "unseen" }, ({ path: name }) => ({
            contents: `module.exports = require("unseen-code").unseenModule(${JSON.stringify(name)});`,
            resolveDir: HERE,
        }));
        bundler.onResolve({ filter: /^unseen-code$/ }, () => ({
            path: path.join(HERE, "unseen.mjs"),
        }));
    },
};

function entryOf(project) {
    const settings = path.join(project, "pluto.yml");
    const named =
        fs.existsSync(settings) && /^entry:\s*(\S+)/m.exec(fs.readFileSync(settings, "utf8"))?.[1];
    const candidates = [named, "src/index.ts", "index.ts"].filter(Boolean);
    return candidates.map((file) => path.join(project, file)).find((file) => fs.existsSync(file));
}

async function bundle(project, outfile) {
    await build({
        entryPoints: [entryOf(project)],
        outfile,
        bundle: true,
        format: "esm",
        platform: "node",
        target: "es2022",
        jsx: "automatic",
        logLevel: "silent",
        plugins: [standIns],
        banner: {
            js: 'import { createRequire } from "node:module"; const require = createRequire("/");',
        },
    });
}

// ---- Running ---------------------------------------------------------------------------------------

function runProgram(outfile, args, variables = {}) {
    return new Promise((resolve) => {
        const worker = new Worker(path.join(HERE, "worker.mjs"), {
            workerData: { bundle: outfile, args },
            env: { PATH: process.env.PATH, ...variables },
            stdout: true,
            stderr: true,
        });
        const end = (answer) => {
            clearTimeout(timer);
            worker.terminate();
            resolve(answer);
        };
        const failed = (error) => ({ resources: [], triggers: [], edges: [], error });
        const timer = setTimeout(
            () => end(failed(`no end within ${TIMEOUT_MS / 1000} s`)),
            TIMEOUT_MS,
        );
        worker.on("message", end);
        worker.on("error", (error) => end(failed(String(error.stack))));
        worker.on("exit", (status) => end(failed(`the worker ended with ${status}`)));
    });
}

// ---- Comparing -------------------------------------------------------------------------------------

// `Function/a -call *-> KVStore/b`: unknown code got hold of b's identity; some call must be permitted.
function permitted(edge, lines) {
    if (lines.has(edge)) return true;
    const [, from, to] = /^(.*) -call \*-> (.*)$/.exec(edge) ?? [];
    return (
        from !== undefined &&
        [...lines].some((line) => line.startsWith(`${from} -call `) && line.endsWith(`-> ${to}`))
    );
}

function compare(arch, seen) {
    const problems = [];
    compareSets(
        arch.resources.map(({ id }) => `resource ${id}`),
        seen.resources.map((id) => `resource ${id}`),
        problems,
    );
    const triggers = arch.edges.filter(({ type }) => type === "trigger");
    compareSets(triggers.map(edgeLine), seen.triggers.map(edgeLine), problems);
    const lines = new Set(arch.edges.map(edgeLine));
    for (const edge of seen.edges) if (!permitted(edge, lines)) problems.push(`+ ${edge}`);
    return problems.map((line) =>
        line.replace(/^- /, "only pluto:  ").replace(/^\+ /, "only at run time:  "),
    );
}

async function runCase(testCase, index) {
    const settingsFile = path.join(testCase.dir, "second-opinion.json");
    const settings = fs.existsSync(settingsFile)
        ? JSON.parse(fs.readFileSync(settingsFile, "utf8"))
        : {};
    if (settings.skip) return { testCase, skipped: settings.skip };
    const graph = await runPluto(options.pluto, [
        "graph",
        testCase.sources,
        "--format",
        "json",
        ...testCase.args,
    ]);
    if (graph.status !== 0) return { testCase, problems: [`pluto graph: exit ${graph.status}`] };
    const arch = JSON.parse(graph.stdout);
    const home = path.join(scratch, String(index));
    const outfile = path.join(home, "bundle.mjs");
    try {
        await bundle(testCase.make ? await layOut(testCase, home) : testCase.sources, outfile);
    } catch (error) {
        return { testCase, problems: [`esbuild: ${error.message}`] };
    }
    const seen = await runProgram(outfile, settings.args ?? {}, settings.environment);
    const problems = compare(arch, seen);
    if (seen.error) problems.unshift(...seen.error.split("\n").slice(0, 3));
    const calls = arch.edges.filter(({ type }) => type === "call").map(edgeLine);
    const unmet = calls.filter((line) => !seen.edges.includes(line));
    return { testCase, problems, calls: calls.length, unmet };
}

const cases = findCases(options.filter).filter((testCase) => !testCase.rejected);
const results = await inParallel(cases, WIDTH, runCase);
let failed = 0;
for (const { testCase, problems = [], skipped } of results) {
    if (skipped) console.log(`skip ${testCase.id}: ${skipped}`);
    if (problems.length === 0) continue;
    failed++;
    console.log([`FAIL ${testCase.id}`, ...problems.map((line) => `    ${line}`)].join("\n"));
}
const calls = results.reduce((total, result) => total + (result.calls ?? 0), 0);
const unmet = results.reduce((total, result) => total + (result.unmet?.length ?? 0), 0);
if (options.unmet) {
    for (const result of results) {
        for (const line of result.unmet ?? []) console.log(`unmet ${result.testCase.id}: ${line}`);
    }
}
console.log(`${calls - unmet} of ${calls} permitted calls were met at run time`);
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 || results.length === 0 ? 1 : 0);
