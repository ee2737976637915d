import { KVStore, Function } from "@plutolang/pluto";

class Database {
  private static instance?: Database;
  private constructor(readonly kv: KVStore) {}
  static get() {
    return (this.instance ??= new Database(new KVStore("db")));
  }
}

Database.get();
new Function(async () => Database.get().kv.get("k"), "read");
