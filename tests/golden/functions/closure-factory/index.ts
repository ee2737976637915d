import { KVStore, Router } from "@plutolang/pluto";

const kv = new KVStore("counters");
const router = new Router("count");

const counter = (name: string, step: number) => async () => {
  const next = Number(await kv.get(name)) + step;
  if (step !== 0) await kv.set(name, String(next));
  return { statusCode: 200, body: String(next) };
};

router.post("/up", counter("clicks", 1));
router.get("/now", counter("clicks", 0));
