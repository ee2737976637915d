import { Function, KVStore, Queue, Router } from "@plutolang/pluto";

const notes = new KVStore("notes", { ttlAttribute: "expires" });
const fresh = new KVStore("fresh");
const jobs = new Queue("jobs");

const save = async (id: string) => {
  await notes.set(id, "seen");
  await fresh.set(id, "seen");
};
new Function(
  async (id: string) => {
    await save(id);
    return notes.get(id);
  },
  "find",
  { memory: 512, envs: { TOKEN: process.env.TOKEN! } },
);
new Function(async (id: string) => jobs.push(id), "deliver", { url: false });

const api = new Router("api");
api.get("/notes/:id", async ({ params }) => ({ statusCode: 200, body: process.env.HOME ?? params.id }));
api.post("/notes", async () => ({ statusCode: 204, body: "" }));
