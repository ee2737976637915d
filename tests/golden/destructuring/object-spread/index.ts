import { KVStore, Function } from "@plutolang/pluto";

const defaults = { memory: 256, envs: { STAGE: "dev", REGION: "eu" } };
const kv = new KVStore("spread");
const shared = { kv };
const services = { ...shared, name: "svc" };

new Function(async () => services.kv.get("k"), "merged", { ...defaults, envs: { ...defaults.envs, STAGE: "live" } });
