// Handlers of other functions become null where their resource is needed; positions and calls stay.
import { Function, Router } from "@plutolang/pluto";
import { a } from "lib-a";
import { b } from "lib-b";
import { c } from "lib-c";
import { wrap } from "lib-wrap";

const f = async () => c();
const workers = {
  one: new Function(async () => a(), "one"),
  two: new Function((async () => b()) as () => Promise<unknown>, { name: "two" }),
  three: new Function(f, "three"),
};
const wrapped = new Function(wrap(async (x: string) => [x, a()]), "wrapped");
const bound = new Function(f.bind(null), "bound");
const api = new Router("api");
const handlers = { get: async () => b(), post: async () => "post" };
api.get("/x", handlers.get);
api.post("/x", handlers.post);

new Function(async () => workers.one.invoke(), "asks-one");
new Function(async () => Promise.all(Object.values(workers).map((w) => w.invoke())), "asks-all");
new Function(async () => [await wrapped.invoke("x"), await bound.invoke()], "asks-wrapped");
new Function(async () => api.url(), "url");
