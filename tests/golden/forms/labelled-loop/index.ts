import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Past labelled breaks and continues.
new Function(async (id: string) => {
  outer: for (const a of id) {
    for (const b of id) {
      if (a === b) continue outer;
      if (await kv.get(a + b)) break outer;
    }
  }
  return kv.set("done", id);
}, "lookup");
