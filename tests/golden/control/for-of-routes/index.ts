import { Router, KVStore } from "@plutolang/pluto";

const router = new Router("shop");
const tables = { books: new KVStore("books"), toys: new KVStore("toys") };

for (const [name, table] of Object.entries(tables)) {
  router.get(`/${name}/:id`, async () => ({ statusCode: 200, body: await table.get(name) }));
}
