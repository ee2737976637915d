import { KVStore, Function } from "@plutolang/pluto";

function open(kind: string): KVStore {
  switch (kind) {
    case "a":
    case "b":
      return new KVStore("ab");
    case "c": {
      const name = "only-c";
      return new KVStore(name);
    }
    default:
      throw new Error(kind);
  }
}

const ab = open("b");
const c = open("c");
new Function(async (which: string) => {
  switch (which) {
    case "x":
      await ab.get("x");
    // falls through
    case "y":
      return c.get("y");
  }
}, "switch");
