import { KVStore, Function, Router } from "@plutolang/pluto";

const kv = new KVStore("links");
const router = new Router("links");
router.post("/shorten", async (request) => {
  const url = new URL(request.body ?? "");
  url.searchParams.set("ref", "short");
  const id = Buffer.from(url.host).toString("base64url");
  await kv.set(id, url.toString());
  return { statusCode: 200, body: new TextDecoder().decode(new TextEncoder().encode(id)) };
});
