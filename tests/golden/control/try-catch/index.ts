import { KVStore } from "@plutolang/pluto";

let name = "start";
try {
  name = "before";
  JSON.parse("{ not json");
  name = "never";
} catch (error) {
  name = error instanceof SyntaxError ? "caught" : "other";
} finally {
  name += "-finally";
}
new KVStore(name);

function thrower(): never {
  throw { code: 42 };
}
try {
  thrower();
} catch ({ code }: any) {
  new KVStore(`code-${code}`);
}
