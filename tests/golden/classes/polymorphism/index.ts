import { KVStore, Function } from "@plutolang/pluto";

interface Cache {
  put(key: string, value: string): Promise<void>;
}
class Remote implements Cache {
  kv = new KVStore("cache");
  async put(key: string, value: string) {
    await this.kv.set(key, value);
  }
}
class Local implements Cache {
  values = new Map<string, string>();
  async put(key: string, value: string) {
    this.values.set(key, value);
  }
}

const remote: Cache = new Remote();
const local: Cache = new Local();
new Function(async (key: string) => local.put(key, "1"), "local");
new Function(async (key: string) => remote.put(key, "1"), "remote");
new Function(async (key: string) => (key.length > 8 ? remote : local).put(key, "1"), "either");
