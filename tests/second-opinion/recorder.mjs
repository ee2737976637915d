// What happens while a program runs: resources, triggers, and per handler the client calls and late
// properties. Which handler is running follows the asynchronous context.
//
// One recorder a worker: it hangs on globalThis, for the bundle brings a copy of this module.

import { AsyncLocalStorage } from "node:async_hooks";

// Enough for any example, and an end for those that follow invented data for ever.
const CALLS_PER_RUN = 60;
// What a store holds, in turns: a list, an object, a text, nothing; then a failure.
const ANSWERS = ['["a","b"]', '{"next":"x","name":"n"}', "text", undefined, '"quoted"'];

export class Recorder {
    context = new AsyncLocalStorage();
    resources = [];
    handlers = new Map();
    triggers = [];
    edges = new Set();
    counters = new Map();

    count(key) {
        this.counters.set(key, (this.counters.get(key) ?? 0) + 1);
        return this.counters.get(key);
    }

    addResource(kind, name) {
        const run = this.context.getStore();
        if (run) throw new Error(`${kind} ${name} is created while ${run.id} runs`);
        const id = `${kind}/${name}`;
        if (this.resources.includes(id)) throw new Error(`${id} is created twice`);
        this.resources.push(id);
        return id;
    }

    nameHandler(id, fn) {
        this.handlers.set(id, { fn, kind: "Function" });
    }

    addHandler(name, fn, kind) {
        let id = `Function/${name}`;
        for (let n = 2; this.resources.includes(id); n++) id = `Function/${name}-${n}`;
        this.resources.push(id);
        this.handlers.set(id, { fn, kind });
        return id;
    }

    addTrigger(from, operation, args, to) {
        this.triggers.push({ from, operation, type: "trigger", arguments: args, to });
    }

    note(type, operation, resource) {
        const run = this.context.getStore();
        if (run) this.edges.add(`${run.id} -${type} ${operation}-> ${resource}`);
        return run;
    }

    clientCall(resource, operation, args) {
        const run = this.note("call", operation, resource);
        if (!run) throw new Error(`${operation} of ${resource} is called at the top level`);
        if (++run.calls > CALLS_PER_RUN) return Promise.reject(new Error("enough"));
        if (run.attempt === ANSWERS.length) return Promise.reject(new Error("invented failure"));
        if (operation === "set" || operation === "delete" || operation === "push")
            return Promise.resolve();
        if (resource.startsWith("SageMaker/"))
            return Promise.resolve([{ generated_text: "an answer" }]);
        if (resource.startsWith("Function/"))
            return Promise.resolve(run.attempt % 2 === 0 ? 1 : "one");
        return Promise.resolve(ANSWERS[run.attempt % ANSWERS.length]);
    }

    // A text that can be found again wherever it went.
    lateValue(resource, property) {
        this.note("read", property, resource);
        return `⟦${resource}|${property}⟧`;
    }
}

export const ATTEMPTS = ANSWERS.length + 1;
export const recorder = (globalThis.__plutoRecorder ??= new Recorder());
