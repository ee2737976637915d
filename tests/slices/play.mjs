// Plays bundles: loads each, calls its handler with the same events, and writes down what came of it.
//
// In: on the standard input `[{file, env, variables}]`. Out: one line of JSON for each on the standard output. Everything that differs from
// run to run stands still: time, random numbers, the environment.
import builtIn from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { askAws, describe, forgetPackages, packageStandIn, stage } from "./standin.mjs";

const LOAD_MS = 5_000;
const CALL_MS = 1_000;
const EVENTS = [
    [],
    ["a", 1],
    ["users", "orders", "x"],
    [{ path: "/x", method: "GET", headers: {}, query: { id: "7", name: "n" }, params: { id: "7" }, body: '{"id": "7"}', data: '"d"' }],
];

function standStill() {
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
        constructor(...args) {
            super(...(args.length ? args : [1_700_000_000_000]));
        }
        static now() {
            return 1_700_000_000_000;
        }
    };
    Math.random = () => 0.5;
    performance.now = () => 1;
    crypto.randomUUID = () => "00000000-0000-4000-8000-000000000000";
    builtIn.randomUUID = crypto.randomUUID;
    syncBuiltinESMExports();
    const say = (what) => (...args) => stage.log?.push(`console.${what} ${args.map((one) => describe(one)).join(" ")}`);
    for (const what of ["log", "info", "warn", "error", "debug", "table", "dir"]) console[what] = say(what);
    process.exit = (code) => {
        throw new Error(`exit ${code}`);
    };
    globalThis.fetch = async (...args) => {
        stage.log?.push(`fetch ${describe(args)}`);
        return packageStandIn("fetch").answer(describe(args[0]));
    };
    const timeout = globalThis.setTimeout;
    globalThis.setTimeout = (fn, ms, ...args) => timeout(fn, Math.min(ms ?? 0, 5), ...args);
    globalThis.setInterval = () => ({ unref() {}, ref() {} });
    return timeout;
}

// A slice gets the variables that its function has in the graph, and what Lambda sets; the whole gets any.
const values = (env, variables) =>
    new Proxy(env, {
        get: (_, key) => {
            if (typeof key === "symbol" || key in env) return env[key];
            if (variables && !variables.includes(key) && !/^(PLUTO|AWS|LAMBDA)_/.test(key)) return undefined;
            if (/^PLUTO_.*(URL)$/.test(key)) return `https://${key.toLowerCase().replaceAll("_", "-")}.example`;
            return /^(PLUTO_|[A-Z][A-Z0-9_]*$)/.test(key) ? `value-of-${key}` : undefined;
        },
    });

const timeout = standStill();

function within(ms, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = timeout(() => reject(new Error("it took too long")), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function consume(value) {
    if (value?.[Symbol.asyncIterator] === undefined || typeof value === "function") return describe(value);
    const all = [];
    for await (const one of value) all.push(one);
    return describe(all);
}

async function call(handler, args) {
    stage.log = [];
    let result;
    try {
        result = await within(CALL_MS, (async () => consume(await handler(...structuredClone(args))))());
    } catch (error) {
        result = `throws ${describe(error)}`;
    }
    const log = stage.log;
    stage.log = null;
    return { result, log };
}

// As the entry of a package does it.
const made = [];
globalThis.checked = (names) => {
    for (const name of names.filter((one) => process.env[one] === undefined)) {
        made.push(name);
        process.env[name] = `${name} is not for this function`;
    }
};

async function play({ file, env, variables }) {
    stage.log = null;
    forgetPackages();
    process.env = values({ ...env }, variables);
    let bundle;
    try {
        bundle = await within(LOAD_MS, import(file));
    } catch (error) {
        return { fails: describe(error) };
    }
    for (const name of made.splice(0)) delete process.env[name];
    if (typeof bundle.handler !== "function") return { fails: `the handler is ${typeof bundle.handler}` };
    const calls = [];
    for (const args of EVENTS) calls.push(await call(bundle.handler, args));
    return { calls };
}

globalThis.standIn = packageStandIn;
globalThis.askAws = askAws;
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});
const write = process.stdout.write.bind(process.stdout);
let text = "";
for await (const chunk of process.stdin) text += chunk;
for (const one of JSON.parse(text)) {
    const line = `${JSON.stringify(await play(one))}\n`;
    await new Promise((done) => write(line, done));
}
process.kill(process.pid, "SIGKILL");
