import { KVStore, Function } from "@plutolang/pluto";

class JsonStore extends KVStore {
  constructor(name: string) {
    super(`json-${name}`);
  }
  async read<T>(key: string): Promise<T> {
    return JSON.parse(await this.get(key));
  }
  write(key: string, value: unknown) {
    return this.set(key, JSON.stringify(value));
  }
}

const carts = new JsonStore("carts");
new Function((id: string) => carts.read(id), "show-cart");
new Function((id: string) => carts.write(id, []), "empty-cart");
