import { createHash, randomUUID } from "node:crypto";
import * as path from "path";
import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("files");
new Function(async (file: string) => {
  const hash = createHash("sha256").update(file).digest("hex");
  await kv.set(path.basename(file), `${hash}-${randomUUID()}`);
}, "hash");
