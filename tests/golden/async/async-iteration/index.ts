import { KVStore, Queue, Function } from "@plutolang/pluto";

const kv = new KVStore("chunks");
const queue = new Queue("out");

class Chunks implements AsyncIterable<string> {
  constructor(private count: number) {}
  async *[Symbol.asyncIterator]() {
    for (let i = 0; i < this.count; i++) yield kv.get(`chunk-${i}`);
  }
}

new Function(async (count: number) => {
  for await (const chunk of new Chunks(count)) await queue.push(chunk);
}, "stream");
