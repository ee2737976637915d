import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("groups");

new Function(async (items: any[]) => {
  const groups = [...items].reduce((acc: any, x: any) => {
    (acc[x.kind] ??= []).push(x);
    return acc;
  }, {});
  for (const [kind, members] of Object.entries(groups))
    for (const member of members as any[]) await kv.set(kind, JSON.stringify(member));
}, "group");
