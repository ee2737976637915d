import { KVStore } from "@plutolang/pluto";

const log = new KVStore("audit");

export async function audit(who: string) {
  const before = [{ at: 1, who: "a long line, of which only a part is shown, for it would not fit on any screen that people use" }, { at: 2, who: "somebody else" }]; await log.set(who, JSON.stringify(before));
}
