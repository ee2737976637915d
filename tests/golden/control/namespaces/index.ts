import { KVStore, Function } from "@plutolang/pluto";

namespace Data {
  export const users = new KVStore("users");
  const hidden = new KVStore("hidden");
  export function peek() {
    return hidden.get("k");
  }
  export namespace Deep.er {
    export const name = "deep";
  }
}

new Function(async () => Data.users.get(Data.Deep.er.name), "user");
new Function(async () => Data.peek(), "peek");
