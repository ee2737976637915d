import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("settings");

// The environment is not known when compiling: both sides, for what is only a value.
new Function(async () => {
  if (process.env.VERBOSE) console.log(process.env["LOG_PREFIX"], await kv.get("verbose"));
  const { TABLE_KEY = "default" } = process.env;
  return kv.get(TABLE_KEY);
}, "settings");
