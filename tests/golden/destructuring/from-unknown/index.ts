import { HttpRequest, KVStore, Router } from "@plutolang/pluto";

const kv = new KVStore("forms");
const router = new Router("forms");
const actions = {
  load: (id: string) => kv.get(id),
  store: (id: string, text: string) => kv.set(id, text),
};

// Which action runs is in the request.
router.post("/submit", async ({ body, query: { id, ...more } }: HttpRequest) => {
  const { action, text = "" } = JSON.parse(body ?? "{}") as { action: keyof typeof actions; text?: string };
  const result = await actions[action](String(id), text);
  return { statusCode: 200, body: JSON.stringify([result, more]) };
});
