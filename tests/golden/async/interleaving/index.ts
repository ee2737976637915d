import { Function, KVStore } from "@plutolang/pluto";

const first = new KVStore("first");
const second = new KVStore("second");
const third = new KVStore("third");

let current = first;

async function later() {
  await Promise.resolve();
  await current.get("k");
}

// What stands behind an await runs when others have changed what it reads.
new Function(async () => {
  const running = later();
  current = second;
  await running;
}, "changed-meanwhile");

// The same with a callback, and with a variable of the handler's own.
new Function(async () => {
  let store = first;
  const running = Promise.resolve().then(() => store.set("k", "v"));
  store = third;
  await running;
}, "callback");

// And with a generator whose consumer changes it between two steps.
new Function(async () => {
  let store = first;
  function* steps() {
    yield "wait";
    yield store.delete("k");
  }
  for (const step of steps()) {
    store = second;
    await step;
  }
}, "generator");

// What is awaited at once sees only what is there.
new Function(async () => {
  let store = first;
  const use = async () => {
    await Promise.resolve();
    await store.get("k");
  };
  await use();
  store = third;
  await store.set("k", "v");
}, "in-order");
