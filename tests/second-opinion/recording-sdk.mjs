// Stands in for @plutolang/pluto when a program runs for the second opinion: every kind as a class that
// writes down its construction, its infrastructure calls, its client calls and the late properties read.
//
// Out: what `recorder` (see worker.mjs) has collected. Nothing is sent anywhere; answers are invented.

import { recorder } from "./recorder.mjs";

// Names of handlers as arch.json has them; written anew here, not taken from the compiler.
function slug(text) {
    const words = String(text)
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "");
    return words === "" ? "root" : words;
}

class Resource {
    constructor(kind, name) {
        Object.defineProperty(this, "$id", { value: recorder.addResource(kind, name) });
        Object.defineProperty(this, "$operations", { value: CLIENT_OPERATIONS[kind] ?? [] });
    }
}

const CLIENT_OPERATIONS = {
    Function: ["invoke"],
    KVStore: ["get", "set", "delete"],
    Queue: ["push"],
    SageMaker: ["invoke"],
    Bucket: ["put", "get"],
    Secret: ["get"],
};

// `named`: the name's argument; without it handlers are numbered for each resource and operation.
function connects(operation, named) {
    return function (...args) {
        const fn = args[named === undefined ? 0 : 1];
        const number = recorder.count(`${this.$id} ${operation}`);
        const what = named === undefined ? String(number) : slug(args[0]);
        const owner = this.$id.slice(this.$id.indexOf("/") + 1);
        const id = recorder.addHandler(`${owner}-${operation}-${what}`, fn, this.$id.split("/")[0]);
        recorder.addTrigger(
            this.$id,
            operation,
            named === undefined ? {} : { [named]: args[0] },
            id,
        );
    };
}

function calls(operation) {
    return function (...args) {
        return recorder.clientCall(this.$id, operation, args);
    };
}

function define(kind, methods, { late = [], names = [], known = {} } = {}) {
    const Class = {
        [kind]: class extends Resource {
            constructor(...args) {
                super(kind, nameOf(kind, args));
                if (kind === "Function") recorder.nameHandler(this.$id, args[0]);
            }
        },
    }[kind];
    Object.assign(Class.prototype, methods);
    for (const property of late) {
        Class.prototype[property] = function () {
            return `https://late.example/${recorder.lateValue(this.$id, property)}`;
        };
    }
    for (const property of names) {
        Object.defineProperty(Class.prototype, property, {
            get() {
                return recorder.lateValue(this.$id, property);
            },
        });
    }
    Object.assign(Class.prototype, known);
    return Class;
}

function nameOf(kind, args) {
    if (kind === "Function") {
        const [, name, options] = args;
        return (typeof name === "string" ? name : name?.name) ?? options?.name ?? "default";
    }
    return (kind === "Website" || kind === "ReactApp" ? args[1] : args[0]) ?? "default";
}

const routes = ["get", "post", "put", "delete", "patch", "head", "all"];

export const Function = define(
    "Function",
    { invoke: calls("invoke") },
    { late: ["url"], names: ["awsFunctionName"] },
);
export const Router = define(
    "Router",
    Object.fromEntries(routes.map((op) => [op, connects(op, "path")])),
    {
        late: ["url"],
    },
);
export const Queue = define(
    "Queue",
    { push: calls("push"), subscribe: connects("subscribe") },
    { names: ["awsQueueUrl"] },
);
export const KVStore = define(
    "KVStore",
    { get: calls("get"), set: calls("set"), delete: calls("delete") },
    { names: ["awsTableName"], known: { awsPartitionKey: "Id" } },
);
export const SageMaker = define(
    "SageMaker",
    {
        invoke: calls("invoke"),
        invokeStream: calls("invokeStream"),
        invokeAsync: calls("invokeAsync"),
    },
    { late: ["endpointUrl"], names: ["endpointName"] },
);
export const Bucket = define(
    "Bucket",
    { put: calls("put"), get: calls("get") },
    { names: ["awsBucketName"] },
);
export const Schedule = define("Schedule", { cron: connects("cron", "expression") });
export const Secret = define("Secret", { get: calls("get") }, { names: ["awsSecretArn"] });
export const Website = define("Website", { addEnv() {} }, { late: ["url"] });
export const ReactApp = define("ReactApp", { addEnv() {} }, { late: ["url"] });
export const Tester = define("Tester", { it: connects("it", "description") });
