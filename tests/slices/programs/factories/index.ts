// Functions that other functions make: what a factory changes for good keeps its calls, else one call stays.
import { Function, KVStore, Queue, Router } from "@plutolang/pluto";
import { chainOf } from "lib-chain";
import { tool } from "lib-tool";
import { audit } from "lib-audit";

const names: string[] = [];
const jobs = new Queue("jobs");
const api = new Router("api");

function plain(name: string, work: (x: string) => unknown) {
  const store = new KVStore(name);
  return new Function(async (x: string) => [await store.get(x), work(x)], name);
}
const upper = plain("upper", (x) => `${x}`.toUpperCase());
const chained = plain("chained", (x) => chainOf(x));

function counted(name: string) {
  names.push(name);
  return new Function(async () => names.slice(), name);
}
counted("first");
counted("second");

class Service {
  constructor(private readonly prefix: string, private readonly run: (x: string) => unknown) {
    new Function(async (x: string) => this.answer(x), `${prefix}-service`);
  }
  answer(x: string) {
    return [this.prefix, this.run(x)];
  }
}
const services = [new Service("tools", (x) => tool(x)), new Service("none", (x) => x)];

jobs.subscribe(async () => audit("one"));
jobs.subscribe(async () => "two");
jobs.subscribe(async () => "three");

const routes: [string, () => unknown][] = [["/a", () => "a"], ["/b", () => audit("b")]];
for (const [path, fn] of routes) api.get(path, async () => ({ statusCode: 200, body: JSON.stringify(fn()) }));
api.post("/same", async () => ({ statusCode: 200, body: "first" }));
api.post("/same", async () => ({ statusCode: 200, body: "second" }));

new Function(async (x: string) => [await upper.invoke(x), await chained.invoke(x)], "asks");
new Function(async () => services.length, "counts");
