import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("flaky");

async function retry<T>(action: () => Promise<T>, times = 3): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= times) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 100));
    }
  }
}

new Function((key: string) => retry(() => kv.get(key)), "patient");
new Function((key: string) => retry(() => kv.delete(key), 1), "once");
