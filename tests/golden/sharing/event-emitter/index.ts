import { KVStore, Function } from "@plutolang/pluto";

type Listener = (payload: string) => Promise<unknown>;
class Bus {
  private listeners: Record<string, Listener[]> = {};
  on(event: string, listener: Listener) {
    (this.listeners[event] ??= []).push(listener);
  }
  async emit(event: string, payload: string) {
    for (const listener of this.listeners[event] ?? []) await listener(payload);
  }
}

const created = new KVStore("created");
const removed = new KVStore("removed");
const bus = new Bus();
bus.on("create", (p) => created.set(p, "1"));
bus.on("remove", (p) => removed.set(p, "1"));

new Function((id: string) => bus.emit("create", id), "create");
new Function((id: string) => bus.emit("remove", id), "remove");
