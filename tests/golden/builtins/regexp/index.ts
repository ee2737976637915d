import { KVStore } from "@plutolang/pluto";

const match = /^(?<service>[a-z]+)-v(\d+)$/.exec("users-v12");
new KVStore(`${match?.groups?.service}-${match![2]}`);
new KVStore("a1b22c333".match(/\d+/g)!.join("-"));
new KVStore(String(/^x/i.test("XYZ")));
new KVStore("one, two;three".split(/[,;]\s*/).join("."));
for (const [, name] of "name=a;name=b".matchAll(/name=(\w)/g)) new KVStore(`m-${name}`);
new KVStore(`at-${"hello world".search(/o w/)}`);
