import { KVStore, Router } from "@plutolang/pluto";

const router = new Router("api");
const entities = ["users", "orders", "items"];

// Three routes from one piece of code, each with its own store.
entities
  .map((name) => ({ name, kv: new KVStore(name) }))
  .forEach(({ name, kv }) => {
    router.get(`/${name}`, async () => ({ statusCode: 200, body: await kv.get("all") }));
    if (name !== "items") router.delete(`/${name}`, async () => ({ statusCode: 204, body: String(await kv.delete("all")) }));
  });
