import { KVStore, Queue, Router, Function } from "@plutolang/pluto";

// Names are unique within a kind.
const kv = new KVStore("main");
const queue = new Queue("main");
new Router("main").get("/", async () => ({ statusCode: 200, body: await kv.get("k") }));
new Function(async () => queue.push("x"), "main");
