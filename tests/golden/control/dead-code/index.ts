import { KVStore, Function } from "@plutolang/pluto";

const DEBUG = false;
const kv = new KVStore("live");
const dead = new KVStore("dead");

// What cannot run is not permitted.
new Function(async (key: string) => {
  if (DEBUG) await dead.set("debug", key);
  const level = "info" as string;
  if (level === "debug") await dead.get(key);
  for (const store of [] as KVStore[]) await store.get(key);
  return kv.get(key);
  await dead.delete(key);
}, "handler");
