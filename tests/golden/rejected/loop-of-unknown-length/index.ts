import { KVStore } from "@plutolang/pluto";

const count = Number(process.env.SHARDS);
for (let i = 0; i < count; i++) {
  new KVStore(`shard-${i}`); //~ P0203
}
