import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("outer");
const other = new KVStore("other");

new Function(async (kv: { get(key: string): string }) => kv.get("argument"), "parameter");
new Function(async () => {
  const kv = other;
  {
    const kv = { get: (key: string) => key };
    kv.get("block");
  }
  return kv.get("k");
}, "local");
new Function(async () => {
  try {
    throw other;
  } catch (kv: any) {
    return kv.delete("k");
  }
}, "caught");
new Function(async () => kv.get("k"), "outer");
