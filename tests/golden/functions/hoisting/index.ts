import { KVStore, Function } from "@plutolang/pluto";

const kv = create();
new Function(handler, "late");

function create() {
  return new KVStore(name());
  function name() {
    return "hoisted";
  }
}
async function handler() {
  return read();
  async function read() {
    return kv.get("k");
  }
}
