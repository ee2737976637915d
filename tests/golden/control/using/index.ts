import { KVStore, Function } from "@plutolang/pluto";

const locks = new KVStore("locks");

function lock(name: string) {
  return {
    async [Symbol.asyncDispose]() {
      await locks.delete(name);
    },
  };
}

new Function(async (name: string) => {
  await using held = lock(name);
  if (!held) return "none";
  return "done";
}, "guarded");
