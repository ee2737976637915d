// What runs functions: bootstrap and the worker beside aws-lambda-ric, which is Lambda's own client for Node.js, on the
// same Node.js, against the same Runtime API of a few lines; and the least that Node.js can take for it (echo.mjs). They take turns, round after round.
//
//   measureRuntimes(options) → rows; runtimeTable(rows, round) → Markdown. Alone: node tests/bench/runtime.mjs [--pluto PATH]
//
// Times are the API's: from the start of the process to its first GET /next, and from the event's first byte to the
// answer's last.

import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, "..", "..");
const NODE = path.join(REPO, `node_modules/node-linux-${process.arch}/bin/node`);
const CLIENT = path.join(HERE, "node_modules/aws-lambda-ric/index.mjs");
const HANDLERS = `
export const handler = async (event) => event;
export const stream = awslambda.streamifyResponse(async (event, out) => {
    const part = Buffer.alloc(event.size, 120);
    for (let i = 0; i < event.parts; i++) if (!out.write(part)) await new Promise((go) => out.once("drain", go));
    out.end();
});
`;

// A Runtime API that keeps one connection and one invocation, and reads no more of HTTP than it must.
class Api {
    constructor() {
        this.server = net.createServer((socket) => this.#serve(socket));
    }

    async listen() {
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `127.0.0.1:${this.server.address().port}`;
    }

    // Resolves when the runtime asks for an invocation.
    asked() {
        return this.waiting ? Promise.resolve() : new Promise((resolve) => (this.onNext = resolve));
    }

    async invoke(event) {
        await this.asked();
        const socket = this.waiting;
        this.waiting = null;
        const id = `8476a536-e9f4-11e8-9739-${String((this.count = (this.count ?? 0) + 1)).padStart(12, "0")}`;
        const began = process.hrtime.bigint();
        const answered = new Promise((resolve) => (this.onAnswer = resolve));
        socket.write(
            `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 60000}\r\n` +
                "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:bench\r\n" +
                `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(event)}\r\n\r\n${event}`,
        );
        await answered;
        return Number(process.hrtime.bigint() - began) / 1000;
    }

    #serve(socket) {
        socket.setNoDelay(true);
        socket.on("error", () => {});
        let head = "";
        let left = 0; // of a body; -1: chunked
        let tail = "";
        socket.on("data", (bytes) => {
            for (let at = 0; at < bytes.length; ) {
                if (left > 0) {
                    const n = Math.min(left, bytes.length - at);
                    left -= n;
                    at += n;
                    if (left === 0) this.#answered(socket);
                } else if (left < 0) {
                    tail = (tail + bytes.subarray(Math.max(at, bytes.length - 7)).toString("latin1")).slice(-7);
                    at = bytes.length;
                    if (tail === "\r\n0\r\n\r\n") {
                        left = 0;
                        tail = "";
                        this.#answered(socket);
                    }
                } else {
                    const text = bytes.toString("latin1", at);
                    const end = (head + text).indexOf("\r\n\r\n");
                    if (end < 0) {
                        head += text;
                        return;
                    }
                    at += end + 4 - head.length;
                    const whole = (head + text).slice(0, end + 2);
                    head = "";
                    if (whole.startsWith("GET")) this.#next(socket);
                    else if (/transfer-encoding: chunked/i.test(whole)) left = -1;
                    else left = Number(/content-length: (\d+)/i.exec(whole)?.[1] ?? 0);
                    if (!whole.startsWith("GET") && left === 0) this.#answered(socket);
                }
            }
        });
    }

    #next(socket) {
        this.waiting = socket;
        this.onNext?.();
        this.onNext = null;
    }

    #answered(socket) {
        this.onAnswer?.();
        socket.write('HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n');
    }
}

const percentile = (numbers, p) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * p))];

function runtimes(folder, pluto) {
    const lib = path.join(path.dirname(pluto), "lib/pluto/runtime");
    const arch = process.arch === "arm64" ? "arm64" : "x86_64";
    return [
        { name: "bootstrap and worker", command: [path.join(lib, `bootstrap-${arch}`)] },
        fs.existsSync(path.join(path.dirname(CLIENT), "rapid-client.node")) && { name: `aws-lambda-ric ${JSON.parse(fs.readFileSync(path.join(path.dirname(CLIENT), "package.json"))).version}`, command: [NODE, CLIENT] },
        { name: "Node.js alone: an echo", command: [NODE, path.join(HERE, "echo.mjs")], floor: true },
    ].filter(Boolean).map((one) => ({ ...one, folder }));
}

// One process, from its start to `work`'s end; gives the time to its first GET /next, in ms.
async function inProcess({ command, folder }, handler, work) {
    const api = new Api();
    const address = await api.listen();
    const began = process.hrtime.bigint();
    const child = spawn(command[0], command.slice(1), {
        cwd: folder,
        stdio: "ignore",
        env: {
            PATH: process.env.PATH, PLUTO_NODE: NODE, AWS_LAMBDA_RUNTIME_API: address, LAMBDA_TASK_ROOT: folder, _HANDLER: `index.${handler}`,
            AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x", AWS_LAMBDA_FUNCTION_NAME: "bench", AWS_LAMBDA_FUNCTION_VERSION: "1", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
            AWS_LAMBDA_LOG_GROUP_NAME: "g", AWS_LAMBDA_LOG_STREAM_NAME: "s",
        },
    });
    await api.asked();
    const cold = Number(process.hrtime.bigint() - began) / 1e6;
    await work(api);
    const gone = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    api.server.close();
    return cold;
}

async function sample(runtime, handler, event, count, into) {
    await inProcess(runtime, handler, async (api) => {
        for (let i = 0; i < Math.min(count, 200); i++) await api.invoke(event);
        for (let i = 0; i < count; i++) into.push(await api.invoke(event));
    });
}

export async function measureRuntimes({ pluto, rounds }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pluto-bench-"));
    fs.writeFileSync(path.join(folder, "index.mjs"), HANDLERS);
    const all = runtimes(folder, pluto).map((one) => ({ ...one, cold: [], warm: [], large: [], stream: [] }));
    const small = '{"question":"why?"}';
    const large = JSON.stringify({ text: "x".repeat(100_000) });
    for (let round = 0; round < rounds; round++) {
        for (const one of all) {
            for (let i = 0; i < 5; i++) one.cold.push(await inProcess(one, "handler", async () => {}));
            await sample(one, "handler", small, 2000, one.warm);
            await sample(one, "handler", large, 300, one.large);
            if (!one.floor) await sample(one, "stream", '{"size":65536,"parts":64}', 30, one.stream);
        }
        console.log(`runtimes: round ${round + 1} of ${rounds}`);
    }
    fs.rmSync(folder, { recursive: true, force: true });
    return all;
}

export function runtimeTable(rows, round) {
    const ms = (us) => (us === undefined ? "–" : round(us / 1000, 3));
    return [
        "| | cold, ms | warm, ms | 99 of 100, ms | invocations/s | 100 KB, ms | a stream of 4 MiB, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ...rows.map(({ name, cold, warm, large, stream }) => {
            const perSecond = 1e6 / (warm.reduce((sum, us) => sum + us, 0) / warm.length);
            return `| ${name} | ${round(percentile(cold, 0.5), 1)} | ${ms(percentile(warm, 0.5))} | ${ms(percentile(warm, 0.99))} | ${round(perSecond, 0)} | ${ms(percentile(large, 0.5))} | ${ms(percentile(stream, 0.5))} |`;
        }),
    ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const option = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
    const digits = (number, n) => number.toLocaleString("en", { minimumFractionDigits: n, maximumFractionDigits: n });
    const rows = await measureRuntimes({ pluto: path.resolve(option("--pluto", "build/pluto")), rounds: Number(option("--rounds", "3")) });
    console.log(runtimeTable(rows, digits).join("\n"));
}
