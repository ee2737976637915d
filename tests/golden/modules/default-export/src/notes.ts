import { KVStore } from "@plutolang/pluto";

export const limit = 5;

export default class Notes {
  private store: KVStore;
  constructor(name: string) {
    this.store = new KVStore(name);
  }
  all() {
    return this.store.get("all");
  }
  async latest() {
    await this.store.set("read", "1");
    return this.store.get("latest");
  }
}
