import { KVStore, Function } from "@plutolang/pluto";

const shards: KVStore[] = [];
for (let i = 0; i < 4; i++) shards.push(new KVStore(`shard-${i}`));

new Function(async (key: string) => shards[key.length % shards.length].get(key), "read");
new Function(async (key: string) => shards[2].set(key, "1"), "write");
