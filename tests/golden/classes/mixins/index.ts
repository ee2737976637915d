import { KVStore, Function } from "@plutolang/pluto";

type Constructor = new (...args: any[]) => {};

const Stored = <T extends Constructor>(Base: T, name: string) =>
  class extends Base {
    kv = new KVStore(name);
    load(id: string) {
      return this.kv.get(id);
    }
  };
const Counted = <T extends Constructor>(Base: T) =>
  class extends Base {
    counter = new KVStore("counter");
    count() {
      return this.counter.set("n", "1");
    }
  };

class Base {}
const pages = new (Counted(Stored(Base, "pages")))();
new Function(async (id: string) => {
  await pages.count();
  return pages.load(id);
}, "page");
