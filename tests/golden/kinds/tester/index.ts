import { KVStore, Tester } from "@plutolang/pluto";

const kv = new KVStore("kv");
const tester = new Tester("kv");
tester.it("stores", async () => {
  await kv.set("a", "1");
});
tester.it("stores and reads back", async () => {
  await kv.set("b", "2");
  if ((await kv.get("b")) !== "2") throw new Error("lost");
});
