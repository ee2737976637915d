// Packages that are not there, and AWS: they take everything, remember what they were made of, and write down what
// they are asked while a handler runs.
//
// In: calls. Out: values whose names tell how they came about, so that two runs that give the same have done the same.
// Functions that a stand-in was given run when a handler uses it: what a slice left out of it shows.
import util from "node:util";

const NAME_MAX = 2000;
const HELD = Symbol("held");
const NAME = Symbol("name");

// A handler may ask until it gets nothing, or for ever.
const ITEMS_MAX = 20;
const CALLS_MAX = 200;

function write(line) {
    stage.log.push(line);
    if (stage.log.length > CALLS_MAX) throw new Error("that is enough");
}

export const stage = { log: null, depth: 0 }; // log: null while the program loads

export function describe(value, depth = 0) {
    if (typeof value === "function" && value[NAME] === undefined) return "a function";
    if (value?.[NAME] !== undefined) return value[NAME];
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
    if (depth > 4) return "…";
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (Array.isArray(value)) return `[${value.map((one) => describe(one, depth + 1)).join(", ")}]`;
    if (value instanceof Map || value instanceof Set)
        return `${value.constructor.name} ${describe([...value], depth + 1)}`;
    if (ArrayBuffer.isView(value) || value instanceof Date || value instanceof RegExp) return util.inspect(value);
    const members = Object.entries(value).map(([key, one]) => `${key}: ${describe(one, depth + 1)}`);
    return `{${members.join(", ")}}`;
}

const functionsIn = (values) =>
    values.flatMap((v) =>
        typeof v === "function" && v[NAME] === undefined
            ? [v]
            : v && Object.getPrototypeOf(v) === Object.prototype && v[NAME] === undefined
              ? functionsIn(Object.values(v))
              : [],
    );

// While a handler runs: what the stand-in holds is called, and what it gives becomes a part of the answer.
function callHeld(name, held, args) {
    if (stage.log === null || stage.depth > 2) return [];
    stage.depth++;
    const given = held.map((fn) => {
        try {
            const result = fn(...args);
            if (result instanceof Promise) result.catch(() => {});
            return describe(result);
        } catch (error) {
            return describe(error);
        }
    });
    stage.depth--;
    if (given.length) stage.log.push(`${name} calls back: ${given.join("; ")}`);
    return given;
}

export function standIn(name, held = [], prototype = null) {
    const parts = new Map();
    if (name.length > NAME_MAX) name = `${name.slice(0, NAME_MAX)}…`;
    const use = (how, args) => {
        const text = `${name}${how}(${args.map((one) => describe(one)).join(", ")})`;
        const own = functionsIn(args);
        if (stage.log === null) held.push(...own);
        else write(text);
        const called = callHeld(text, stage.log === null ? [] : [...held, ...own], args);
        const made = stage.log === null ? own : [];
        return standIn(called.length ? `${text} → ${called.join("; ")}` : text, made);
    };
    const target = function () {};
    return new Proxy(target, {
        get(_, key, receiver) {
            if (key === NAME) return name;
            if (key === HELD) return held;
            if (prototype && key in prototype) return Reflect.get(prototype, key, receiver);
            if (key === Symbol.toPrimitive) return () => name;
            if (key === Symbol.iterator) return () => [][Symbol.iterator]();
            if (key === Symbol.asyncIterator) return () => [`${name}: a part`][Symbol.iterator]();
            if (key === "then" || key === "__esModule" || typeof key === "symbol") return undefined;
            if (key === "toJSON" || key === "toString") return () => name;
            if (key === "prototype") return target.prototype;
            if (name.length > NAME_MAX) return undefined;
            if (!parts.has(key)) parts.set(key, standIn(`${name}.${key}`, held));
            return parts.get(key);
        },
        set(_, key, value) {
            parts.set(key, value);
            return true;
        },
        has: () => true,
        getPrototypeOf: () => prototype ?? standInPrototype(name, held),
        apply: (_, self, args) => use("", args),
        construct(_, args, newTarget) {
            const text = `new ${name}(${args.map((one) => describe(one)).join(", ")})`;
            if (stage.log !== null) write(text);
            const derived = newTarget.prototype !== target.prototype && newTarget[NAME] === undefined;
            return standIn(text, functionsIn(args), derived ? newTarget.prototype : null);
        },
    });
}

// esbuild copies a CommonJS module's own properties and inherits the rest from its prototype.
function standInPrototype(name, held) {
    return new Proxy(Object.prototype, {
        get: (_, key) => {
            if (typeof key === "symbol" || key === "then") return undefined;
            return standIn(`${name}.${key}`, held);
        },
        has: () => true,
        getPrototypeOf: () => null,
    });
}

const modules = new Map();
export function packageStandIn(name) {
    if (!modules.has(name)) modules.set(name, standIn(name));
    return modules.get(name);
}
export const forgetPackages = () => modules.clear();

export async function askAws(ask) {
    const { service, what, path, body, headers } = ask;
    const target = headers?.["x-amz-target"] ?? "";
    if (stage.log !== null) write(`AWS ${service} ${what} ${path} ${target} ${describe(body)}`);
    if (ask.read) throw new Error("there are no streams here");
    const json = { code: 200, body: `the answer of ${what}` };
    if ((stage.log ?? []).length < ITEMS_MAX) json.Item = { Id: { S: "k" }, Value: { S: '"stored"' } };
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(json)), json };
}
