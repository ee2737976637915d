import { KVStore } from "@plutolang/pluto";

const weekend = [0, 6].includes(new Date().getDay());
const store = weekend ? new KVStore("weekend") : undefined; //~ P0204
