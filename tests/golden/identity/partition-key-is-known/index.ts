import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
const byKey = new KVStore(`by-${kv.awsPartitionKey}`);
new Function(async () => byKey.get(kv.awsPartitionKey), "read");
