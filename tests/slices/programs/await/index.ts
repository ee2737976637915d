// Top-level await: what is waited for is there when the handler runs.
import { Function } from "@plutolang/pluto";
import { connect, load } from "lib-db";
import { other } from "lib-other";

const ready = { done: false };
const settled = Promise.resolve(3).then((n) => {
  ready.done = true;
  return n;
});
const client = await connect("db");
await client.prepare();
const rules = await load("rules");
const total = await settled;
let release: (v: string) => void = () => {};
const gate = new Promise<string>((resolve) => (release = resolve));
release("open");
const unneeded = await other();

new Function(async () => client.query("x"), "query");
new Function(async () => [rules, total], "rules");
new Function(async () => ready.done, "ready");
new Function(async () => gate, "gate");
new Function(async () => unneeded, "unneeded");
