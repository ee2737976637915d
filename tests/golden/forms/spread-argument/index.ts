import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Arguments by spread.
new Function(async (id: string) => {
  const pair: [string, string] = [id, "1"];
  await kv.set(...pair);
}, "lookup");
