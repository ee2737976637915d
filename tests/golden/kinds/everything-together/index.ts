import { KVStore, Queue, Router, Schedule } from "@plutolang/pluto";

// A link shortener with a queue of visits and a nightly report.
const links = new KVStore("links");
const counts = new KVStore("counts");
const visits = new Queue("visits");
const router = new Router("short");
const nightly = new Schedule("nightly");

router.post("/links", async (request) => {
  const id = Math.random().toString(36).slice(2);
  await links.set(id, request.body ?? "");
  return { statusCode: 201, body: id };
});
router.get("/:id", async (request) => {
  const id = request.path.slice(1);
  const target = await links.get(id);
  await visits.push(id);
  return { statusCode: 302, body: target };
});
visits.subscribe(async ({ data: id }) => {
  const count = Number((await counts.get(id).catch(() => "0")) ?? 0);
  await counts.set(id, String(count + 1));
});
nightly.cron("30 2 * * *", async () => console.log(await counts.get("total")));
