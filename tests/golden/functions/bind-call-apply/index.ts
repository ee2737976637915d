import { KVStore, Router, Function } from "@plutolang/pluto";

const kv = new KVStore("bound");
const router = new Router("r");

const read = kv.get.bind(kv);
const write = kv.set.bind(kv, "fixed-key");
const get = router.get.bind(router, "/bound");
get(async () => ({ statusCode: 200, body: await read("k") }));
router.get.call(router, "/called", async () => ({ statusCode: 200, body: "" }));
Reflect.apply(router.post, router, ["/applied", async () => ({ statusCode: 200, body: String(await write("v")) })]);
router.put.apply(router, ["/put", async () => ({ statusCode: 200, body: String(await kv.delete.apply(kv, ["k"])) })]);
