import { KVStore } from "@plutolang/pluto";

const tableName = "users";
new KVStore(tabelName); //~ P0202
