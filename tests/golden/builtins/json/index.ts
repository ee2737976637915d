import { KVStore, Function } from "@plutolang/pluto";

const parsed = JSON.parse('{"names": ["j1", "j2"], "n": 1.50}') as { names: string[]; n: number };
for (const name of parsed.names) new KVStore(name);
new KVStore(JSON.stringify({ a: [1, "x"] }).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""));
const copy = structuredClone(parsed);
copy.names.push("j3");
new KVStore(`${copy.names.length}-${parsed.names.length}-${parsed.n}`);
