import { wrap } from "kv-tools";
import { KVStore, Queue, Function } from "@plutolang/pluto";

const kv = new KVStore("wrapped");
const queue = new Queue("jobs");

// The resource itself in unknown hands: everything its client can do.
new Function(async (key: string) => wrap({ store: kv }).touch(key), "touch");
new Function(async () => wrap([queue]), "list");
