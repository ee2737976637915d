// Runs one bundled program in a worker: the top level once, then every handler several times with
// invented arguments, and posts what was recorded.
//
// In: workerData { bundle, args }. Out: one message { resources, triggers, edges, error }.

import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { ATTEMPTS, recorder } from "./recorder.mjs";

const SETTLE_MS = 15;
const PATIENCE_MS = 200;
const laterOn = globalThis.setTimeout;

// No network, no waiting, no output.
globalThis.fetch = async () => new Response('{"ok":true}', { status: 200 });
globalThis.setTimeout = (fn, _ms, ...args) => laterOn(fn, 0, ...args);
for (const method of ["log", "warn", "error", "info", "debug"]) console[method] = () => {};
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});
process.env.AWS_REGION = "us-east-1";

// What the examples use and Debian's Node does not have yet.
Symbol.dispose ??= Symbol.for("dispose");
Symbol.asyncDispose ??= Symbol.for("asyncDispose");
Array.prototype.toSorted ??= function (compare) {
    return [...this].sort(compare);
};
Array.prototype.with ??= function (at, value) {
    return this.map((item, i) => (i === at ? value : item));
};

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];
const BODIES = [
    '{"action":"load","text":"t"}',
    '{"action":"store"}',
    "text",
    null,
    "",
    '["a","b"]',
];

function request(attempt) {
    return [
        {
            path: "/items/1",
            method: METHODS[attempt % METHODS.length],
            headers: { authorization: "Bearer x" },
            query: attempt % 2 === 0 ? { id: "1", session: "s" } : {},
            body: BODIES[attempt % BODIES.length],
        },
    ];
}

function values(attempt) {
    const sets = [
        ["k", "v"],
        [3, 2],
        [["a", "b"], 1],
        ["show", "k"],
        ["https://example.com/a?b=c", "write"],
        ["a long text, ".repeat(30), "read"],
    ];
    return sets[attempt % sets.length];
}

function invented(kind, attempt) {
    if (kind === "Router") return request(attempt);
    if (kind === "Queue") return [{ data: attempt === 1 ? "again" : "k", timestamp: 1 }];
    return kind === "Function" ? values(attempt) : [];
}

async function attempt(id, { fn, kind }, number, given) {
    const run = { id, attempt: number, calls: 0, unseenDepth: 0 };
    await recorder.context.run(run, async () => {
        try {
            // A promise that never settles is the program's own affair.
            const patience = new Promise((resolve) => laterOn(resolve, PATIENCE_MS));
            await Promise.race([fn(...(given ?? invented(kind, number))), patience]);
        } catch {
            // Invented arguments may well not be to a handler's taste.
        }
    });
}

let error = null;
try {
    await import(pathToFileURL(workerData.bundle));
    for (const [id, handler] of recorder.handlers) {
        if (typeof handler.fn !== "function") throw new Error(`${id}: the handler is no function`);
        const given = workerData.args[id] ?? [];
        for (let number = 0; number < ATTEMPTS; number++) await attempt(id, handler, number);
        for (const [number, args] of given.entries()) await attempt(id, handler, number, args);
    }
    await new Promise((resolve) => laterOn(resolve, SETTLE_MS));
} catch (thrown) {
    error = String(thrown?.stack ?? thrown);
}
const { resources, triggers, edges } = recorder;
parentPort.postMessage({ resources, triggers, edges: [...edges], error });
