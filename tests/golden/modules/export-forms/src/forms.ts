import { KVStore } from "@plutolang/pluto";

const inner = new KVStore("inner");
export const first = new KVStore("first"),
  counter = 1;
export { inner as renamed };
export enum Kind {
  Extra = "extra",
}
export function make(kind: Kind) {
  return new KVStore(kind);
}
export default function () {
  return first;
}
