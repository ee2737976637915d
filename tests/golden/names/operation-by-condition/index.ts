import { Function, KVStore } from "@plutolang/pluto";

const docs = new KVStore("docs");
let last = 0;

// The operation is one of two, however often the function has run and changed what it remembers.
new Function(async (query: { write: boolean; more: boolean }) => {
  let count = last;
  if (query.more) count = last + 1;
  await docs[query.write ? "set" : "get"]("k", "v");
  last = count;
}, "either");
