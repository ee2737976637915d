import { KVStore, Function } from "@plutolang/pluto";

const audit = new KVStore("audit");
const names = new KVStore("names");

function logged(method: (...args: any[]) => any, _context: unknown) {
  return async function (this: unknown, ...args: any[]) {
    await audit.set("last", String(args[0]));
    return method.apply(this, args);
  };
}

class Greeter {
  @logged
  async greet(name: string) {
    return names.get(name);
  }

  async forget(name: string) {
    return names.delete(name);
  }
}

new Function(async (name: string) => new Greeter().greet(name), "greet");
new Function(async (name: string) => new Greeter().forget(name), "forget");
