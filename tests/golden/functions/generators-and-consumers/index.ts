import { Function, KVStore } from "@plutolang/pluto";

const a = new KVStore("a");
const b = new KVStore("b");
const c = new KVStore("c");
const d = new KVStore("d");

// A consumer may stop before the generator fails, or before it would go on for ever.
function* failing() {
  yield a;
  throw new Error("no more");
}

new Function(async () => {
  for (const store of failing()) {
    await store.get("k");
    break;
  }
}, "stops");

function* counting() {
  let n = 0;
  while (true) yield n++;
}

new Function(async () => {
  for (const n of counting()) {
    if (n > 3) break;
    await a.get(String(n));
  }
}, "counts");

// What next() gives comes out of yield.
function* taking(): Generator<undefined, void, KVStore> {
  while (true) {
    const store: KVStore = yield;
    if (store) void store.set("k", "v");
  }
}

new Function(async (query: { both: boolean }) => {
  const steps = taking();
  steps.next(a);
  steps.next(b);
  if (query.both) steps.next(c);
}, "sends");

function* catching() {
  try {
    yield 1;
  } catch (store) {
    void (store as KVStore).delete("k");
  }
}

new Function(async () => {
  const steps = catching();
  steps.next();
  steps.throw(d);
}, "throws");

// What `yield*` gives is what the inner generator returns.
function* inner() {
  yield 1;
  return b;
}

function* outer(): Generator<number> {
  const store: KVStore = yield* inner();
  void store.get("inner");
}

new Function(async () => [...outer()].length, "delegates");

// One generator for two functions: each runs it for itself.
const shared = (function* () {
  yield c.get("1");
  yield c.get("2");
})();

new Function(async () => shared.next().value, "first");
new Function(async () => shared.next().value, "second");
new Function(async () => "nothing", "third");

// Promises handled by a generator, as before there was await.
function run(start: () => Generator<any, any, any>) {
  const steps = start();
  const step = (value: any): any => {
    const { done, value: next } = steps.next(value);
    return done ? next : Promise.resolve(next).then(step);
  };
  return step(undefined);
}

new Function(
  async () =>
    run(function* () {
      const store: KVStore = yield Promise.resolve(d);
      return yield store.get("k");
    }),
  "steps",
);
