import { Function, KVStore, Queue, Router } from "@plutolang/pluto";

const notes = new KVStore("notes");
const gone = new KVStore("gone");
const jobs = new Queue("jobs");

new Function(async (id: string) => notes.get(id), "find", { url: "iam", memory: 256 });
new Function(async (id: string) => gone.set(id, ""), "count", { url: false });
new Function(async (id: string) => jobs.push(id), "send", { url: false });

const api = new Router("api");
api.get("/notes/:id", async ({ params }) => ({ statusCode: 200, body: await notes.get(params.id) }));
api.get("/old", async () => ({ statusCode: 200, body: "old" }));
