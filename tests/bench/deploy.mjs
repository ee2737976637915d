// Deployments: a first one, one that changes nothing, and one of a changed function, by pluto and by the CDK, each
// against a fake AWS of its own (tests/fakecfn) that takes 50 ms for every answer and no time for resources.
//
//   measureDeploys({ pluto, repo, build, rounds }) → rows; deployTable(rows, round) → Markdown. Alone: node tests/bench/deploy.mjs
//   [--pluto PATH] [--rounds N]
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startFake } from "../fakecfn/fake.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, "..", "..");
const LATENCY_MS = 50;
const BUCKET = "cdk-assets-123456789012";
const PHASES = ["the first", "nothing has changed", "one function has changed"];

function finish(command, args, { cwd, env }) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        let said = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
        child.on("error", reject);
        child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${args[0]}: exit ${code}\n${said}`))));
    });
}

const baseEnv = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, CI: "1" });

// The program that `pluto new` gives, where nothing but the deploy is measured.
async function layOut(pluto, folder, name) {
    await fs.promises.rm(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    await finish(pluto, ["new", name, "--template", "hello", "--yes"], { cwd: folder, env: baseEnv() });
    return path.join(folder, name);
}

function edit(root, mark) {
    const file = path.join(root, "src", "index.ts");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/We (have )?met[^$]*/, `We met ${mark} `));
}

function byPluto(pluto, root) {
    return {
        name: "pluto deploy",
        prepare: async () => {},
        change: async (mark) => edit(root, mark),
        run: (env) => finish(pluto, ["deploy", root, "--yes"], { cwd: root, env }),
    };
}

// What it deploys was packed by pluto before the clock starts.
function byCdk(pluto, root) {
    const out = path.join(root, "out");
    const pack = () => finish(pluto, ["build", root, "--out", out], { cwd: root, env: baseEnv() });
    const cdk = path.join(HERE, "node_modules", ".bin", "cdk");
    const args = ["deploy", "--app", `node ${path.join(HERE, "cdk-deploy-app.cjs")}`, "--output", path.join(root, "cdk.out")];
    args.push("--require-approval", "never", "--no-version-reporting", "--no-notices", "--ci");
    const s3 = "https://s3.us-east-1.amazonaws.com";
    return {
        name: "cdk deploy",
        prepare: async (fake) => {
            await pack();
            fake.putBucket(BUCKET);
        },
        change: async (mark) => {
            edit(root, mark);
            await pack();
        },
        run: (env) =>
            finish(cdk, args, {
                cwd: root,
                env: {
                    ...env,
                    NODE_EXTRA_CA_CERTS: env.AWS_CA_BUNDLE,
                    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: s3,
                    BENCH_BUCKET: BUCKET,
                    BENCH_CODE: path.join(out, "functions"),
                },
            }),
    };
}

async function measureRound(peer, samples) {
    const fake = await startFake({ latencyMs: LATENCY_MS, timings: {} });
    try {
        await peer.prepare(fake);
        for (const [index, phase] of PHASES.entries()) {
            if (index === 2) await peer.change(`${Date.now()}`);
            const before = fake.totals();
            const start = performance.now();
            await peer.run({ ...baseEnv(), ...fake.env() });
            const ms = performance.now() - start;
            const after = fake.totals();
            samples.push({
                name: peer.name,
                phase,
                ms,
                calls: after.calls - before.calls,
                bytes: after.requestBytes + after.replyBytes - before.requestBytes - before.replyBytes,
            });
        }
    } finally {
        await fake.close();
    }
}

function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
}

export async function measureDeploys({ pluto, build, rounds }) {
    const samples = [];
    const peers = [
        byPluto(pluto, await layOut(pluto, path.join(build, "deploy-pluto"), "shop")),
        byCdk(pluto, await layOut(pluto, path.join(build, "deploy-cdk"), "shop")),
    ];
    for (let i = 0; i < rounds; i++) {
        for (const peer of peers) {
            fs.rmSync(path.join(build, "deploy-pluto", "shop", ".pluto", "deploys"), { recursive: true, force: true });
            await measureRound(peer, samples);
        }
        console.log(`deployments: round ${i + 1} of ${rounds}`);
    }
    return PHASES.flatMap((phase) =>
        peers.map(({ name }) => {
            const some = samples.filter((one) => one.phase === phase && one.name === name);
            const of = (key) => median(some.map((one) => one[key]));
            return { name, phase, ms: of("ms"), calls: of("calls"), bytes: of("bytes") };
        }),
    );
}

export function deployTable(rows, round) {
    return [
        "| deployment | by | seconds | requests | KB over the wire |",
        "| --- | --- | ---: | ---: | ---: |",
        ...rows.map(
            ({ name, phase, ms, calls, bytes }) =>
                `| ${phase} | ${name} | ${round(ms / 1000, 2)} | ${calls} | ${round(bytes / 1000, 0)} |`,
        ),
    ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const at = process.argv.indexOf("--pluto");
    const rounds = Number(process.argv[process.argv.indexOf("--rounds") + 1] || 3);
    const pluto = path.resolve(at > 0 ? process.argv[at + 1] : path.join(REPO, "build", "pluto"));
    const rows = await measureDeploys({ pluto, build: path.join(REPO, "build", "bench"), rounds });
    console.log(deployTable(rows, (number, digits) => number.toFixed(digits)).join("\n"));
}
