import { KVStore, Queue, Function } from "@plutolang/pluto";

const outbox = new Queue("outbox");
const kv = new KVStore("sent");

function send(message: string) {
  return outbox.push(message);
}

// A helper handed to `map` by name, another inline.
new Function(async (messages: string[]) => {
  await Promise.all(messages.map(send));
  messages.filter((m) => m).forEach((m) => kv.set(m, "sent"));
}, "send-all");
