import { Function, KVStore } from "@plutolang/pluto";

// Well over 500 resources of CloudFormation.
const kv = new KVStore("kv");
for (let i = 0; i < 120; i++) new Function(async () => kv.get(String(i)), `worker-${i}`, { url: false });
