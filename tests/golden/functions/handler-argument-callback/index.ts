import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("events");

// Callbacks handed to code that cannot be seen may be called by it.
new Function(async (url: string) => {
  setTimeout(() => kv.set("late", url), 10);
  const response = await fetch(url).then(async (answer) => {
    await kv.get("ok");
    return answer.text();
  });
  return response;
}, "fetcher");
