import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("docs");

// A helper whose argument decides what it does.
async function access(key: string, mode: "read" | "write" | "both") {
  if (mode !== "write") await kv.get(key);
  if (mode !== "read") await kv.set(key, "1");
}

new Function((key: string) => access(key, "read"), "reader");
new Function((key: string) => access(key, "write"), "writer");
new Function((key: string) => access(key, "both"), "editor");
new Function((key: string, mode: "read" | "write") => access(key, mode), "asked");
