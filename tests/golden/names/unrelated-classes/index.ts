import { KVStore, Function } from "@plutolang/pluto";
import { Queue } from "bullmq";

// Not our Queue, and not our Router.
class Router {
  constructor(readonly name: string) {}
  get(path: string, fn: () => void) {}
}
const queue = new Queue("theirs");
new Router("mine").get("/", () => {});
const kv = new KVStore("kv");
const cache = { get: async (key: string) => key, set: async () => {} };
new Function(async (key: string) => (await cache.get(key)) && queue.add(key, {}), "work");
