import { KVStore, Queue, Function } from "@plutolang/pluto";

interface Notifier {
  notify(text: string): Promise<void>;
}
class QueueNotifier implements Notifier {
  constructor(private queue: Queue) {}
  notify = async (text: string) => this.queue.push(text);
}
class Silent implements Notifier {
  async notify() {}
}
class Orders {
  constructor(private kv: KVStore, private notifier: Notifier) {}
  async place(id: string) {
    await this.kv.set(id, "placed");
    await this.notifier.notify(id);
  }
}

const kv = new KVStore("orders");
const loud = new Orders(kv, new QueueNotifier(new Queue("placed")));
const quiet = new Orders(kv, new Silent());
new Function((id: string) => loud.place(id), "place");
new Function((id: string) => quiet.place(id), "import");
