import { Function, KVStore, Router } from "@plutolang/pluto";

const router = new Router("api");
const kv = new KVStore("kv");
new Function(async () => process.env.CALLBACK, "caller", {
  envs: { CALLBACK: `${router.url()}/callback`, BASE: router.url(), TABLE: kv.awsTableName, REGION: process.env.HOME_REGION },
});
