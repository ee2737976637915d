import * as pluto from "@plutolang/pluto";

export const cache = new pluto.KVStore("cache");
