import { HttpRequest, KVStore, Router } from "@plutolang/pluto";

const kv = new KVStore("items");
const router = new Router("api");

router.all("/items/:id", async (request: HttpRequest) => {
  const id = request.path.split("/").pop()!;
  if (request.method === "DELETE") {
    await kv.delete(id);
  } else if (request.method === "PUT" && request.body) {
    await kv.set(id, request.body);
  }
  return { statusCode: 200, body: request.method === "GET" ? await kv.get(id) : "" };
});
