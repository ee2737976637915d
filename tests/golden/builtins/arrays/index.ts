import { KVStore } from "@plutolang/pluto";

const names = ["delta", "alpha", "charlie", "bravo"];
const sorted = [...names].sort();
sorted.forEach((name, i) => i < 2 && new KVStore(`${i}-${name}`));
new KVStore(names.filter((n) => n.includes("l")).map((n) => n[0]).join("-"));
new KVStore(names.reduce((longest, n) => (n.length > longest.length ? n : longest), ""));
new KVStore(names.find((n) => n.startsWith("b"))! + names.findIndex((n) => n === "charlie") + names.indexOf("nothing"));
const queue = names.slice(1, 3);
queue.push("echo");
queue.unshift(queue.pop()!);
queue.splice(1, 1, "x", "y");
new KVStore(queue.concat(["z"]).reverse().join("_"));
new KVStore([[1, [2]], [3]].flat(2).flatMap((n) => [n, n]).toString().replaceAll(",", "-"));
new KVStore(`${names.every((n) => n.length > 4)}-${names.some((n) => n === "x")}-${Array.isArray(names)}-${[3, 1, 10].sort((a, b) => a - b)[2]}`);
for (const [i, name] of Array.from({ length: 2 }, (_, i) => `gen${i}`).entries()) new KVStore(`${name}-${i}`);
new KVStore([..."ab"].fill("q", 1).join("") + Array(3).length + Array.of(7)[0]);
new KVStore(names.toSorted((a, b) => (a < b ? 1 : -1)).with(0, "first").at(0)! + names.lastIndexOf("bravo"));
