import { KVStore, Function } from "@plutolang/pluto";

const config = new KVStore("config");

// A variable of the module that handlers fill at run time.
let cached: Promise<string> | undefined;
const settings = () => (cached ??= config.get("settings"));

new Function(async () => JSON.parse(await settings()).theme, "theme");
new Function(async () => {
  cached = undefined;
  return settings();
}, "reload");
