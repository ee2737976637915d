import { KVStore } from "@plutolang/pluto";

const zero = 0;
const nothing = undefined as string | undefined;
new KVStore(`or-${zero || "yes"}`);
new KVStore(`nullish-${zero ?? "yes"}`);
new KVStore(`and-${nothing && "no"}`);
let options: { name?: string } | null = { name: undefined };
options.name ||= "named";
new KVStore(options!.name);
options = null;
new KVStore(`chain-${options?.["name"]?.length ?? "none"}`);
