import { KVStore, Router, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
const router = new Router("api");
const handler = async () => ({ statusCode: 200, body: await kv.get("k") });

router.get("/a", handler);
router.post("/b", handler);
new Function(handler, "direct");
