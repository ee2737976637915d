import { Table } from "some-orm";
import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("people");

// What some-orm does with a table's name cannot be seen: all operations on items.
new Function(async (id: string) => new Table({ name: kv.awsTableName }).find(id), "find");
