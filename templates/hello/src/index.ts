import { Function, KVStore } from "@plutolang/pluto";

// Values by key: on AWS, a DynamoDB table.
const greetings = new KVStore("greetings");

// Code that runs when its URL is called: on AWS, a Lambda function. That it reads and writes the store,
// and so may do both, is found out from the code.
new Function(async (name: string) => {
  const before = await greetings.get(name).catch(() => "0"); // `get` rejects where there is no such key
  const count = Number(before) + 1;
  await greetings.set(name, String(count));
  return `Hello, ${name}! We have met ${count === 1 ? "once" : `${count} times`}.`;
}, "hello");

// This one only reads, so it may only read.
new Function(async (name: string) => Number(await greetings.get(name).catch(() => "0")), "count");
