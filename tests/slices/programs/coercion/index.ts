// Code that runs where nobody calls it: conversions and traps of proxies.
import { Function } from "@plutolang/pluto";

const seen: string[] = [];
const number = { valueOf() { seen.push("valueOf"); return 3; } };
const text = { toString() { seen.push("toString"); return "t"; } };
const either = { [Symbol.toPrimitive](hint: string) { seen.push(hint); return 7; } };

const sum = (number as unknown as number) * 2;
+(number as unknown as number);
const label = `${text}`;
const less = (either as unknown as number) < 10;
const key: Record<string, number> = { [text as unknown as string]: 1 };
if ((either as unknown as number) == 7) seen.push("equal");
String(either);

const asked: string[] = [];
const watched = new Proxy({ a: 1 } as Record<string, number>, {
  get(target, name) { asked.push(`get ${String(name)}`); return target[String(name)]; },
  set(target, name, value) { asked.push(`set ${String(name)}`); target[String(name)] = value; return true; },
  has(target, name) { asked.push(`has ${String(name)}`); return name in target; },
});
const first = watched.a;
watched.b = 2;
const has = "b" in watched;
const kept: { unused?: number } = {};
kept.unused = watched.a;

new Function(async () => seen, "seen");
new Function(async () => asked, "asked");
new Function(async () => watched.b, "watched");
new Function(async () => "plain", "plain");
