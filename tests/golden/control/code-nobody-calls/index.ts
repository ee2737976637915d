import { Function, KVStore } from "@plutolang/pluto";

const notes = new KVStore("notes");
const log = new KVStore("log");

// Conversions and traps run where nothing is called.
const lazy = new Proxy({} as Record<string, Promise<string>>, {
  get: (_, name) => notes.get(String(name)),
});
const price = {
  [Symbol.toPrimitive](hint: string) {
    void log.set("asked", hint);
    return hint === "number" ? 3 : "three";
  },
};

new Function(async () => lazy.today, "trap");
new Function(async () => `${price}`, "text");
new Function(async () => (price as unknown as number) < 5, "number");
new Function(async () => (price as unknown as string) == "three", "equal");
