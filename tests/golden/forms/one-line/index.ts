import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A handler that starts and ends on one line, and single quotes.
new Function(async (id: string) => await kv.get(id), 'lookup');
