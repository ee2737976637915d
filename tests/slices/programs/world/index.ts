// What hangs on things that are older than the program, and what comes from JSON: changes of it stay.
import { Function } from "@plutolang/pluto";
import { a } from "lib-a";
import limits from "./limits.json";
import * as names from "./names.json";

declare global {
  var cache: { hits?: number };
}
globalThis.cache = globalThis.cache ?? {};
globalThis.cache.hits = 1;

const everywhere = globalThis as unknown as { list: number[] };
everywhere.list = [];
everywhere.list.push(1);

const registry = Array as unknown as { registry: Map<string, unknown> };
registry.registry = new Map();
registry.registry.set("one", 1);

delete process.env.HOME;

limits.all.push(3);
names.first.more = a();

new Function(async () => cache.hits, "cache");
new Function(async () => everywhere.list, "list");
new Function(async () => registry.registry.get("one"), "registry");
new Function(async () => process.env.HOME, "home");
new Function(async () => limits, "limits");
new Function(async () => names.first, "names");
