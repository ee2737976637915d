import { Function, KVStore } from "@plutolang/pluto";

const stores = ["x", "y"].map((name) => new KVStore(name));
// Every turn has its own `i` ‒ and with `var` all share one.
for (let i = 0; i < stores.length; i++) new Function(async () => stores[i].get("k"), `let-${i}`);
for (var v = 0; v < stores.length; v++) new Function(async () => stores[v]?.get("k"), `var-${v}`);
