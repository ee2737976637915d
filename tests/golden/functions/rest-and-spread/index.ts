import { KVStore, Function } from "@plutolang/pluto";

const make = (prefix: string, ...names: string[]) => names.map((name) => new KVStore(`${prefix}.${name}`));
const rest = ["c", ...["d"]];
const [first, ...others] = make(...(["app", "a", "b"] as [string, ...string[]]), ...rest);
new Function(async () => Promise.all(others.slice(0, 1).map((kv) => kv.get("x"))), "second");
new Function(async () => first.get("x"), "first");
