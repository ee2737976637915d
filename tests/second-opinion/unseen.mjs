// Packages that are not there: anything can be imported from them, called, constructed, awaited and
// iterated. They behave as unknown code may: they call every function that they are given, and use
// every resource and every name of one.
//
// In: a package's name. Out: a Proxy. What is handed over at the top level is used when a handler
// calls into the package.

import { recorder } from "./recorder.mjs";

const LATE = /⟦([^|⟧]+)\|([^⟧]+)⟧/g;
const DEPTH = 6;

// Names that say what they do with an identity; all else is only known to use it somehow.
const COMMANDS = {
    InvokeEndpointCommand: ["invoke"],
    InvokeEndpointWithResponseStreamCommand: ["invokeStream"],
    SageMakerEndpoint: ["invoke"],
    GetItemCommand: ["get"],
    GetCommand: ["get"],
    PutItemCommand: ["set"],
    PutCommand: ["set"],
    DeleteItemCommand: ["delete"],
    DeleteCommand: ["delete"],
    UpdateItemCommand: ["update"],
    UpdateCommand: ["update"],
    QueryCommand: ["query"],
    ScanCommand: ["scan"],
    DynamoDBChatMessageHistory: ["get", "update"],
};

const insides = new WeakMap(); // proxy → what it holds

// Everything of interest in a value: functions, resources, late texts, and what other proxies hold.
function collect(value, found, depth = DEPTH) {
    if (typeof value === "string") {
        for (const [, resource, property] of value.matchAll(LATE))
            found.late.add(`${resource}|${property}`);
        return;
    }
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return;
    if (depth === 0 || found.seen.has(value)) return;
    found.seen.add(value);
    const held = insides.get(value);
    if (held) {
        for (const late of held.late) found.late.add(late);
        for (const fn of held.functions) found.functions.add(fn);
        for (const resource of held.resources) found.resources.add(resource);
    } else if (value.$id !== undefined && value.$operations !== undefined) {
        found.resources.add(value);
    } else if (typeof value === "function") {
        found.functions.add({ call: value });
    } else {
        members(value, found, depth);
    }
}

function members(value, found, depth) {
    if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
        for (const item of value) collect(item, found, depth - 1);
        return;
    }
    for (const key of Object.keys(value)) {
        if (typeof value[key] === "function")
            found.functions.add({ call: value[key], self: value });
        else collect(value[key], found, depth - 1);
    }
    const proto = Object.getPrototypeOf(value);
    if (proto === null || proto === Object.prototype) return;
    for (const [key, { value: method }] of Object.entries(
        Object.getOwnPropertyDescriptors(proto),
    )) {
        if (key !== "constructor" && typeof method === "function")
            found.functions.add({ call: method, self: value });
    }
}

function nothing() {
    return { late: new Set(), functions: new Set(), resources: new Set(), seen: new Set() };
}

// Unknown code at work, if a handler runs.
function use(name, held) {
    const run = recorder.context.getStore();
    if (!run || run.unseenDepth > 3) return;
    for (const late of held.late) {
        const [resource, property] = late.split("|");
        for (const operation of COMMANDS[name] ?? ["*"]) {
            if (property !== "url" && property !== "endpointUrl")
                recorder.note("call", operation, resource);
        }
    }
    for (const resource of held.resources) {
        for (const operation of resource.$operations) {
            Promise.resolve(resource[operation]("key", "value")).catch(() => {});
        }
    }
    run.unseenDepth++;
    for (const { call, self } of held.functions) {
        try {
            Promise.resolve(call.call(self, "text", unseen("argument"))).catch(() => {});
        } catch {
            // What a callback throws is caught by whoever calls it.
        }
    }
    run.unseenDepth--;
}

function reach(name, held, args) {
    const found = nothing();
    for (const set of ["late", "functions", "resources"])
        for (const x of held[set]) found[set].add(x);
    for (const arg of args) collect(arg, found);
    use(name, found);
    return found;
}

export function unseen(name, held = nothing()) {
    const children = new Map();
    const target = function () {};
    const proxy = new Proxy(target, {
        get(_, key) {
            if (key === "then" || key === "$id" || key === "$operations" || key === "__esModule")
                return undefined;
            if (key === "prototype") return target.prototype;
            if (key === Symbol.toPrimitive || key === "toString") return () => name;
            if (key === Symbol.iterator) return () => [unseen(name, held)][Symbol.iterator]();
            if (key === Symbol.asyncIterator) return () => [unseen(name, held)][Symbol.iterator]();
            if (typeof key === "symbol") return undefined;
            if (!children.has(key)) children.set(key, unseen(key, held));
            return children.get(key);
        },
        set(_, key, value) {
            collect(value, held);
            children.set(key, value);
            return true;
        },
        apply: (_, self, args) => unseen("result", reach(name, held, [self, ...args])),
        construct: (_, args) => unseen(name, reach(name, held, args)),
    });
    insides.set(proxy, held);
    return proxy;
}

// A whole package. The bundler makes a module object whose prototype is that of what it gets here, so
// that all names are found on it.
export function unseenModule(name) {
    const all = unseen(name);
    const target = function () {};
    delete target.name;
    delete target.length;
    return new Proxy(target, {
        get: (_, key) => all[key],
        apply: (_, self, args) => Reflect.apply(all, self, args),
        construct: (_, args) => Reflect.construct(all, args),
        getPrototypeOf: () => all,
    });
}
