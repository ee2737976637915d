import { Bucket, Function, KVStore, Queue, Router, Schedule, Secret } from "@plutolang/pluto";
import { createClient } from "some-table-library";
import { audit } from "./audit";
import { users } from "./stores";

const notes = new KVStore("notes");
const jobs = new Queue("jobs");
const files = new Bucket("files");
const nightly = new Schedule("nightly");
const key = new Secret("key", process.env.KEY!);

const worker = new Function(
  async (id: string) => {
    await users.set(id, "seen");
    await files.put(id, await key.get());
  },
  "worker",
  { url: false }
);

// Nobody calls it, and it uses nothing.
const idle = new Function(async () => 1, "idle", { url: false });

nightly.cron("0 3 * * *", async () => jobs.push("clean up"));

new Function(async (id: string) => {
	const 名前 = "日本語の名前"; const note = await notes.get(id);	await audit(名前);
  await worker.invoke(id);
  return note;
}, "reader");

new Function(async () => createClient({ table: users.awsTableName }), "library");

// One name in two kinds.
const inbox = new Router("inbox");
const inboxStore = new KVStore("inbox");
inbox.post("/mail/:id", async (request) => inboxStore.set(request.params.id, request.body ?? ""));

// What the program hands to a function by its arguments is no use by its handler.
new Function(async () => process.env.INBOX, "given", { envs: { INBOX: "at " + inbox.url() } });
