import { KVStore, Function } from "@plutolang/pluto";

const name = await Promise.resolve("awaited").then((text) => `${text}-name`);
const kv = new KVStore(name);
const [x] = await Promise.all([kv, 1]);
new Function(async () => x.get("k"), "read");
