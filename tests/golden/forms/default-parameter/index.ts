import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The default value of a parameter.
new Function(async (id: string) => {
  const read = async (key = id, value = kv.get(key)) => value;
  return read();
}, "lookup");
