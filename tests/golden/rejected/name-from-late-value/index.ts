import { KVStore, Router } from "@plutolang/pluto";

const router = new Router("api");
new KVStore(`kv-${router.url()}`); //~ P0310
