// The benchmark behind `make bench`: what pluto takes beside its peers, in one run, in turns.
//
//   node tests/bench/run.mjs [--pluto PATH] [--build DIR] [--rounds N]
//
// Whole processes (wall, CPU, peak memory): `pluto graph` and `pluto build` on examples/llama2-chat beside
// `cdk synth` of the equivalent app; packages beside esbuild (packages.mjs); edits (edits.mjs); pictures beside Graphviz (pictures.mjs). Throughput: pluto's loader beside tree-sitter alone over the
// TypeScript inside three npm packages. What runs functions beside Lambda's client (runtime.mjs). Deployments beside
// `cdk deploy` (deploy.mjs). Writes docs/benchmarks.md between its two marks; asserts nothing.

import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deployTable, measureDeploys } from "./deploy.mjs";
import { editTable, measureEdits } from "./edits.mjs";
import { packageCommands, packageTable } from "./packages.mjs";
import { pictureCommands, pictureTable } from "./pictures.mjs";
import { measureRuntimes, runtimeTable } from "./runtime.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, "..", "..");
const BUILD = path.join(REPO, "build", "bench");
const DOCUMENT = path.join(REPO, "docs", "benchmarks.md");
const EXAMPLE = path.join(REPO, "examples", "llama2-chat");
const CORPUS = ["effect", "ethers", "rxjs"];
const SCAN_PASSES = 5;

function option(name, fallback) {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? fallback : process.argv[at + 1];
}
const pluto = path.resolve(option("pluto", path.join(REPO, "build", "pluto")));
const rounds = Number(option("rounds", "7"));
const release = path.resolve(option("build", path.join(REPO, "build", "release")));

// ---- Setting up ------------------------------------------------------------------------------------

function run(command, args, cwd = REPO, env = {}) {
    return execFileSync(command, args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"],
        encoding: "utf8",
        maxBuffer: 1 << 26,
    });
}

function setUp() {
    fs.mkdirSync(BUILD, { recursive: true });
    const lock = fs.readFileSync(path.join(HERE, "package-lock.json"), "utf8");
    const stamp = path.join(HERE, "node_modules", ".installed");
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== lock) {
        console.log("installing the peers (once)");
        // Lambda's client compiles a part of itself: against the Node.js that it is measured on.
        const node = path.join(REPO, "node_modules", `node-linux-${process.arch}`);
        run("npm", ["ci", "--no-audit", "--no-fund"], HERE, { npm_config_nodedir: node, npm_config_ignore_scripts: "false" });
        fs.writeFileSync(stamp, lock);
    }
    const measure = path.join(BUILD, "measure");
    run("cc", [
        "-std=c11",
        "-D_XOPEN_SOURCE=700",
        "-O2",
        "-o",
        measure,
        path.join(HERE, "measure.c"),
    ]);
    run("cmake", ["--build", release, "--target", "bench_scan"]);
    return { measure, scan: path.join(release, "bench_scan") };
}

// ---- Whole processes -------------------------------------------------------------------------------

function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function commands() {
    const app = `node ${path.join(HERE, "cdk-app.cjs")}`;
    const cdk = path.join(HERE, "node_modules", ".bin", "cdk");
    const out = (name) => path.join(BUILD, name);
    return [
        { name: "pluto graph", command: [pluto, "graph", EXAMPLE, "--format", "json"] },
        {
            name: "pluto build --no-packages",
            command: [pluto, "build", EXAMPLE, "--no-packages", "--out", out("pluto")],
        },
        {
            name: "cdk synth",
            command: [cdk, "synth", "--quiet", "--app", app, "--output", out("cdk")],
        },
        {
            name: "cdk app, without the CLI",
            command: ["node", path.join(HERE, "cdk-app.cjs")],
            env: { CDK_OUTDIR: out("cdk-bare") },
        },
        { name: "node, doing nothing", command: ["node", "-e", "0"] },
    ];
}

function measureOnce(measure, { name, command, env = {} }) {
    const { status, stderr } = spawnSync(measure, command, {
        cwd: BUILD,
        env: { ...process.env, CDK_DISABLE_VERSION_CHECK: "1", CI: "1", ...env },
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
    });
    const [, wall, cpu, memory] = /^measure (\d+) (\d+) (\d+)$/m.exec(stderr) ?? [];
    if (status !== 0 || wall === undefined)
        throw new Error(`${name} ended with ${status}: ${stderr}`);
    return { wall: Number(wall) / 1000, cpu: Number(cpu) / 1000, memory: Number(memory) / 1024 };
}

// One warm-up, then round after round each command in turn: a busy moment hits all of them.
function measureProcesses(measure, what, commands) {
    const all = commands.map((one) => ({ ...one, samples: [] }));
    for (const one of all) measureOnce(measure, one);
    for (let round = 0; round < rounds; round++) {
        for (const one of all) one.samples.push(measureOnce(measure, one));
        console.log(`${what}: round ${round + 1} of ${rounds}`);
    }
    return all.map(({ samples, command, env, ...one }) => ({
        ...one,
        wall: median(samples.map(({ wall }) => wall)),
        least: Math.min(...samples.map(({ wall }) => wall)),
        most: Math.max(...samples.map(({ wall }) => wall)),
        cpu: median(samples.map(({ cpu }) => cpu)),
        memory: median(samples.map(({ memory }) => memory)),
    }));
}

// ---- Throughput ------------------------------------------------------------------------------------

function* typeScriptFiles(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) yield* typeScriptFiles(file);
        else if (/\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) yield file;
    }
}

// A project of all the files: what stands in node_modules would not be looked into.
function layOutCorpus() {
    const root = path.join(BUILD, "corpus");
    fs.rmSync(root, { recursive: true, force: true });
    const files = [];
    for (const name of CORPUS) {
        const from = path.join(HERE, "node_modules", name);
        for (const file of typeScriptFiles(from)) {
            const to = path.join(name, path.relative(from, file));
            fs.mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
            fs.copyFileSync(file, path.join(root, to));
            files.push(to);
        }
    }
    files.sort();
    const imports = files.map(
        (file) => `import ${JSON.stringify(`./${file.replace(/\.ts$/, "")}`)};\n`,
    );
    fs.writeFileSync(path.join(root, "index.ts"), imports.join(""));
    fs.writeFileSync(path.join(BUILD, "corpus.txt"), files.map((file) => `${file}\n`).join(""));
    return root;
}

function measureThroughput(scan) {
    const root = layOutCorpus();
    const lines = run(scan, [
        root,
        "index.ts",
        path.join(BUILD, "corpus.txt"),
        String(SCAN_PASSES),
    ]);
    const rows = new Map();
    for (const line of lines.trim().split("\n")) {
        const [mode, threads, files, bytes, ms] = line.split(" ");
        const key = `${mode} ${threads}`;
        if (!rows.has(key))
            rows.set(key, { mode, threads: Number(threads), files, bytes: Number(bytes), ms: [] });
        rows.get(key).ms.push(Number(ms));
    }
    return [...rows.values()].map(({ ms, bytes, ...row }) => ({
        ...row,
        bytes,
        median: bytes / 1000 / median(ms),
        best: bytes / 1000 / Math.min(...ms),
    }));
}

// ---- The document ----------------------------------------------------------------------------------

const BEGIN = "<!-- measured: begin -->";
const END = "<!-- measured: end -->";

const PREFACE = `# Benchmarks

\`make bench\` measures everything on this page and rewrites the tables below. It installs the peers at
pinned versions the first time, which takes a minute and the network.

- Each command is a whole process, started afresh: what a person at a terminal waits for. The commands
  take turns, round after round, so that a busy moment hits all of them; the tables show medians.
- Memory is the peak of the largest process.
- \`cdk synth\` compiles the equivalent of \`examples/llama2-chat\`, written in plain JavaScript so that no
  TypeScript compiler stands in its way (\`tests/bench/cdk-app.cjs\`). The CDK is told every permission;
  pluto finds them.
- Packages are those of the two functions of \`examples/llama2-chat\`, with the real LangChain. esbuild gets the same code
  as files, both bundles in one run, and makes neither archives nor a template.
- Edits are those of a program that \`pluto run\` serves: from the save to the event that says that the new code is there, and
  to the answers of all functions by it, which are asked when it is said. A function's first answer waits for its process
  to start and to load LangChain.
- Pictures are drawn from an arch.json, so that nothing but reading it and drawing is measured. \`dot\` gets
  what \`pluto graph --format dot\` gives for the same graph. It makes no page: what \`html\` takes is for evidence,
  permissions and templates, too.
- Throughput is measured in one process over the TypeScript sources inside three npm packages. "tree-sitter"
  reads and parses each file and throws the tree away: the floor. "pluto" also makes the typed tree,
  resolves names and imports.
- Functions run on Lambda's version of Node.js, once by bootstrap and its worker, once by \`aws-lambda-ric\`, which is
  Lambda's own client, against the same Runtime API of a few lines. "Cold" is from the start of the process to its
  first request for an event; "warm" from an event to its answer, the median. The handlers give back what they get.
- Deployments go to a fake AWS that takes 50 ms for every answer and no time for resources, so that what is measured is
  what a deployment adds to AWS's own work: compiling, packing, asking. \`cdk deploy\` gets the same table, functions and
  packages, made before the clock starts, and needs no bootstrap stack (\`tests/bench/cdk-deploy-app.cjs\`).

Machines differ and so do moments on one machine: trust ratios within one run.
`;

function round(number, digits) {
    return number.toLocaleString("en", {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
    });
}

function processTable(rows) {
    return [
        "| command | wall, ms | least – most | CPU, ms | peak memory, MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        ...rows.map(({ name, wall, least, most, cpu, memory }) => {
            const range = `${round(least, 1)} – ${round(most, 1)}`;
            return `| ${name} | ${round(wall, 1)} | ${range} | ${round(cpu, 1)} | ${round(memory, 1)} |`;
        }),
    ];
}

function throughputTable(rows) {
    const floor = (threads) =>
        rows.find((row) => row.mode === "tree-sitter" && row.threads === threads);
    return [
        "| parser | threads | MB/s | best | of the floor |",
        "| --- | ---: | ---: | ---: | ---: |",
        ...rows.map((row) => {
            const share = round((100 * row.median) / floor(row.threads).median, 0);
            return `| ${row.mode} | ${row.threads} | ${round(row.median, 1)} | ${round(row.best, 1)} | ${share} % |`;
        }),
    ];
}

// It says so on the standard error.
function graphviz() {
    const { stderr } = spawnSync("dot", ["-V"], { encoding: "utf8" });
    return stderr.trim().replace(/^dot - /, "").replace(/ \(.*$/, "");
}

function versions() {
    const pins = JSON.parse(fs.readFileSync(path.join(HERE, "package.json"), "utf8")).dependencies;
    const version = run(pluto, ["--version"]).trim();
    const machine = `${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB`;
    return [
        `${version}, aws-cdk ${pins["aws-cdk"]} with aws-cdk-lib ${pins["aws-cdk-lib"]}, node ${process.versions.node}, ${graphviz()}.`,
        `${machine}, Linux ${os.release()}. ${rounds} rounds, ${SCAN_PASSES} passes.`,
    ];
}

function writeDocument(processes, packages, edits, pictures, throughput, runtimes, deploys) {
    const [{ files, bytes }] = throughput;
    const corpus = CORPUS.map((name) => `\`${name}\``).join(", ");
    const measured = [
        BEGIN,
        "",
        ...versions(),
        "",
        "## A program as a whole",
        "",
        ...processTable(processes),
        "",
        "## Packages",
        "",
        ...packageTable(packages),
        "",
        "## Edits",
        "",
        ...editTable(edits, round),
        "",
        "## Pictures",
        "",
        ...pictureTable(pictures, round),
        "",
        "## Throughput",
        "",
        `${files} files of ${corpus}, ${round(bytes / 1e6, 1)} MB.`,
        "",
        ...throughputTable(throughput),
        "",
        "## Running functions",
        "",
        ...runtimeTable(runtimes, round),
        "",
        "## Deployments",
        "",
        ...deployTable(deploys, round),
        "",
        END,
    ].join("\n");
    const old = fs.existsSync(DOCUMENT) ? fs.readFileSync(DOCUMENT, "utf8") : "";
    const before = old.includes(BEGIN) ? old.slice(0, old.indexOf(BEGIN)) : `${PREFACE}\n`;
    const after = old.includes(END) ? old.slice(old.indexOf(END) + END.length) : "\n";
    fs.writeFileSync(DOCUMENT, before + measured + after);
    console.log(measured.replace(BEGIN, "").replace(END, ""));
    console.log(`written to ${path.relative(REPO, DOCUMENT)}`);
}

const { measure, scan } = setUp();
writeDocument(
    measureProcesses(measure, "commands", commands()),
    measureProcesses(measure, "packages", packageCommands(pluto, REPO, BUILD, run)),
    await measureEdits({ pluto, repo: REPO, build: BUILD, rounds }),
    measureProcesses(measure, "pictures", pictureCommands(BUILD, pluto)),
    measureThroughput(scan),
    await measureRuntimes({ pluto, rounds: Math.min(rounds, 5) }),
    await measureDeploys({ pluto, build: BUILD, rounds: Math.min(rounds, 3) }),
);
