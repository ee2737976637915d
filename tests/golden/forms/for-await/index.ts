import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// for await over promises.
new Function(async (id: string) => {
  const names: string[] = [];
  for await (const name of [kv.get("a"), kv.get("b")]) names.push(name);
  return names;
}, "lookup");
