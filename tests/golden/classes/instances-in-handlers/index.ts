import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("sessions");

// Instances made at run time, of classes that keep a resource.
class Session {
  private changed = false;
  constructor(readonly id: string, private store: KVStore = kv) {}
  load() {
    return this.store.get(this.id);
  }
  touch(): this {
    this.changed = true;
    return this;
  }
  async [Symbol.asyncDispose]() {
    if (this.changed) await this.store.set(this.id, "1");
  }
}

new Function(async (id: string) => new Session(id).load(), "load");
new Function(async (id: string) => new Session(id).touch().load(), "touch");
