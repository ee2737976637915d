import { Function, KVStore } from "@plutolang/pluto";
import { Injectable } from "some-framework";

const logs = new KVStore("logs");
const cache = new KVStore("cache");
const users = new KVStore("users");

// What TypeScript had before the language: target, key, descriptor.
function logged(target: any, key: string, descriptor: PropertyDescriptor) {
  const old = descriptor.value;
  descriptor.value = async function (this: any, ...args: any[]) {
    await logs.set(key, "called");
    return old.apply(this, args);
  };
}
function cached(prefix: string) {
  return (target: any, key: string, descriptor: PropertyDescriptor): PropertyDescriptor => {
    const old = descriptor.value;
    return { ...descriptor, value: async (...args: any[]) => (await cache.get(prefix)) ?? old(...args) };
  };
}
const order: string[] = [];
const note = (target: any, key?: string) => void order.push(key ?? target.name);

@Injectable()
@note
class Users {
  @note greeting = "hello";

  @logged
  async find(id: string) {
    return users.get(id);
  }

  @cached("all")
  static async all() {
    return "all";
  }

  @note
  plain() {
    return order;
  }
}

new Function(async (id: string) => new Users().find(id), "find");
new Function(async () => Users.all(), "all");
new Function(async () => new Users().plain(), "plain");
new KVStore(order.join("-")); // greeting, plain, Users
