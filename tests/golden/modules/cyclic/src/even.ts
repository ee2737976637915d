import { KVStore } from "@plutolang/pluto";
import { odd } from "./odd";

export const log = new KVStore("log");
export async function even(n: number): Promise<boolean> {
  await log.set("even", String(n));
  return n === 0 ? true : odd(n - 1);
}
