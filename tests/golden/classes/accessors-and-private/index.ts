import { KVStore, Function } from "@plutolang/pluto";

class Config {
  #store = new KVStore("config");
  #key = "settings";

  get current(): Promise<string> {
    return this.#store.get(this.#key);
  }
  set current(value: any) {
    this.#store.set(this.#key, value);
  }
  #reset() {
    return this.#store.delete(this.#key);
  }
  reset() {
    return this.#reset();
  }
}

const config = new Config();
new Function(async () => config.current, "show");
new Function(async (value: string) => {
  config.current = value;
}, "change");
new Function(async () => config.reset(), "reset");
