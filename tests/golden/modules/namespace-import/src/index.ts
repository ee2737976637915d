import * as pluto from "@plutolang/pluto";
import * as stores from "./stores";

const { Function: Handler } = pluto;
new Handler(async (key: string) => stores.cache.get(key), "read");
new pluto.Function(async (key: string) => stores["cache"].set(key, "1"), "write");
