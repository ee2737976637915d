import { KVStore, Function } from "@plutolang/pluto";

const eu = new KVStore("eu");
const us = new KVStore("us");

async function storeFor(country: string): Promise<KVStore> {
  if (["de", "fr"].includes(country)) return eu;
  return us;
}

new Function(async (country: string, key: string) => (await storeFor(country)).get(key), "lookup");
new Function(async (key: string) => (await storeFor("de")).set(key, "1"), "german");
