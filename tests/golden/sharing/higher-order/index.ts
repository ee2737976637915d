import { KVStore, Queue, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
const queue = new Queue("queue");

async function logged<T>(name: string, action: () => Promise<T>): Promise<T> {
  console.log("start", name);
  try {
    return await action();
  } finally {
    console.log("end", name);
  }
}

new Function((key: string) => logged("read", () => kv.get(key)), "reader");
new Function((text: string) => logged("push", () => queue.push(text)), "pusher");
new Function(() => logged("nothing", async () => 1), "idle");
