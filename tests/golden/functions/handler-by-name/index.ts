import { Router, KVStore } from "@plutolang/pluto";

const kv = new KVStore("visits");
const router = new Router("web");

// Both by declaration, which is hoisted, and by constant.
router.get("/hello", hello);
const bye = async () => ({ statusCode: 200, body: await kv.get("bye") });
router.get("/bye", bye);

async function hello() {
  await kv.set("hello", "1");
  return { statusCode: 200, body: "hello" };
}
