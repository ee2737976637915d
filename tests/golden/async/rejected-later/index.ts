import { Function, KVStore } from "@plutolang/pluto";

const store = new KVStore("store");
const failed = new KVStore("failed");

// Fails with something that can be used.
async function risky(query: { bad: boolean }) {
  if (query.bad) throw failed;
  return store;
}

async function passing(query: { bad: boolean }) {
  return risky(query);
}

// The error comes where the promise is awaited, not where the call stands.
new Function(async (query: { bad: boolean }) => {
  const promise = risky(query);
  try {
    await promise;
  } catch (error) {
    await (error as KVStore).get("k");
  }
}, "awaited");

new Function(async (query: { bad: boolean }) => {
  const promises = [1, 2].map(() => passing(query));
  try {
    for (const one of await Promise.all(promises)) await one.set("k", "v");
  } catch (error) {
    await (error as KVStore).set("k", "v");
  }
}, "all");

new Function(async (query: { bad: boolean }) => {
  const promise = passing(query);
  return promise.then(
    (one) => one.delete("k"),
    (error) => error.delete("k"),
  );
}, "handled");

new Function(async (query: { bad: boolean }) => {
  for (const one of await Promise.allSettled([risky(query)])) {
    if (one.status === "rejected") await one.reason.get("k");
  }
}, "settled");
