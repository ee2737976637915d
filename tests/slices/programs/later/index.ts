// What happens later, or to another object: callbacks in a library's hands, promises, objects that may be one.
import { Function } from "@plutolang/pluto";
import { Hub, load } from "lib-hub";
import { Database } from "lib-db";
import { slow } from "lib-slow";
import { unrelated } from "lib-unrelated";

let config: unknown = "none";
const loading = load("config");
loading.done((c: unknown) => {
  config = c;
});

let events = 0;
const hub = new Hub();
hub.on("x", () => {
  events++;
});
hub.emit("x");

const one = Database.instance();
const two = Database.instance();
one.register("a");

let connection = "closed";
const ready = (async () => {
  await slow();
  await new Promise((resolve) => setTimeout(resolve, 5));
  connection = "open";
})();
const whenReady = () => ready;
await whenReady();

const apart = unrelated();
await apart;
if (!process.env.TOKEN) throw new Error("TOKEN is needed");
process.env.SEEN = "yes";
Object.defineProperty(globalThis, "everywhere", { value: 1, configurable: true });

new Function(async () => loading, "loading");
new Function(async () => config, "config");
new Function(async () => hub.size(), "hub");
new Function(async () => events, "events");
new Function(async () => one.find(), "one");
new Function(async () => two.find(), "two");
new Function(async () => connection, "connection");
new Function(async () => apart, "apart");
new Function(async () => [process.env.TOKEN, process.env.SEEN], "token");
new Function(async () => (globalThis as unknown as { everywhere: number }).everywhere, "everywhere");
new Function(async () => "nothing", "nothing");
