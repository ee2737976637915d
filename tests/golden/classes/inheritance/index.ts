import { KVStore, Function } from "@plutolang/pluto";

abstract class Repository {
  protected kv: KVStore;
  constructor(entity: string) {
    this.kv = new KVStore(`${this.prefix()}-${entity}`);
  }
  abstract prefix(): string;
  find(id: string) {
    return this.kv.get(id);
  }
  save(id: string, value: string) {
    return this.kv.set(id, value);
  }
}

class Users extends Repository {
  constructor() {
    super("users");
  }
  prefix() {
    return "app";
  }
  async save(id: string, value: string) {
    if (await this.find(id)) return;
    await super.save(id, value.trim());
  }
}

class Admins extends Users {
  prefix() {
    return "admin";
  }
}

const users = new Users();
const admins = new Admins();
new Function((id: string) => users.save(id, "x"), "save-user");
new Function((id: string) => admins.find(id), "find-admin");
