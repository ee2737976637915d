import { KVStore, Function } from "@plutolang/pluto";

enum Level {
  Low,
  Mid = 5,
  High,
}
const enum Region {
  EU = "eu-west",
  US = `us-${"east"}`,
}
declare enum Elsewhere {
  X,
}

new KVStore(`${Level.High}-${Level[0]}-${Region.US}`);
const byLevel = { [Level.Mid]: new KVStore(Region.EU) };
new Function(async () => byLevel[5].get("k"), "mid");
