import { KVStore, Function } from "@plutolang/pluto";
import config from "./config.json";
import * as all from "./config.json";

const stores = Object.fromEntries(config.stores.map((name) => [name, new KVStore(`${all.prefix}-${name}`)]));
new Function(async (key: string) => stores.books.get(key), { name: config.function.name, memory: config.function.memory });
