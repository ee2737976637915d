// What was changed before a function is called is changed in its slice, by whatever way; nothing else is.
import { Function } from "@plutolang/pluto";
import { a } from "lib-a";
import { b } from "lib-b";
import { c } from "lib-c";

const table = new Map<string, (...rest: unknown[]) => unknown>();
table.set("a", () => a());
const other = new Map<string, () => unknown>();
other.set("b", () => b());
const alias = table;
alias.set("x", () => "through the alias");

let current = { n: 0 };
const first = current;
current.n = 7;
current = { n: 1 };
current.n = 9;

const list: string[] = [];
for (const x of ["p", "q"]) list.push(x);
["r"].forEach((x) => list.unshift(x));

function register(name: string, fn: () => unknown) {
  table.set(name, fn);
}
register("c", () => c());

const proto = { hello: () => "hello" };
const child = {} as typeof proto;
Object.setPrototypeOf(child, proto);

const frozen = { v: 1 };
Object.freeze(frozen);

const config: Record<string, unknown> = { deep: { list: [1] } };
const { deep } = config as { deep: { list: number[] } };
deep.list.push(2);
Object.assign(config, { more: true });
Object.defineProperty(config, "secret", { value: 5, enumerable: true });
delete config.more;

class Counter {
  static all: Counter[] = [];
  #n = 0;
  constructor(readonly name: string) {
    Counter.all.push(this);
  }
  add() {
    return ++this.#n;
  }
}
const one = new Counter("one");
const two = new Counter("two");
one.add();
two.add();
two.add();

var hoisted;
if (list.length > 1) {
  var nested = "nested";
  hoisted = nested + "!";
}

new Function(async (k: string) => table.get(k)?.(), "table");
new Function(async () => other.get("b")?.(), "other");
new Function(async () => [first.n, list.join()], "past");
new Function(async () => current.n, "present");
new Function(async () => child.hello(), "proto");
new Function(async () => {
  try {
    frozen.v = 2;
  } catch {
    return "refused";
  }
  return frozen.v;
}, "frozen");
new Function(async () => config, "config");
new Function(async () => [one.add(), Counter.all.map(({ name }) => name)], "one");
new Function(async () => hoisted, "hoisted");
