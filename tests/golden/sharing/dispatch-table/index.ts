import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
const commands: Record<string, (key: string) => Promise<unknown>> = {
  show: (key) => kv.get(key),
  store: (key) => kv.set(key, "1"),
  drop: (key) => kv.delete(key),
};

new Function((key: string) => commands.show(key), "show");
new Function((command: string, key: string) => commands[command]?.(key), "any");
const { drop, ...safe } = commands;
new Function((command: string, key: string) => safe[command](key), "safe");
