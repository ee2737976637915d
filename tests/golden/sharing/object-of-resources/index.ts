import { KVStore, Queue, SageMaker, Function } from "@plutolang/pluto";

// One object with everything, handed around as a whole.
const app = {
  kv: new KVStore("kv"),
  queue: new Queue("queue"),
  model: new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1", { instanceType: "ml.m5.large" }),
};
type App = typeof app;

const ask = (context: App, q: string) => context.model.invoke({ q });
const note = (context: App, q: string) => context.kv.set(q, "1");

new Function((q: string) => ask(app, q), "ask");
new Function((q: string) => note(app, q), "note");
new Function(async ({ queue } = app) => queue.push("x"), "push");
