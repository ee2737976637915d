import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In all three parts of a `try`.
new Function(async (id: string) => {
  try {
    return await kv.get(id);
  } catch (error) {
    await kv.set("error", String(error));
  } finally {
    await kv.delete("lock");
  }
}, "lookup");
