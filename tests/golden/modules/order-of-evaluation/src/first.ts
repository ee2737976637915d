import { KVStore } from "@plutolang/pluto";
import { next } from "./counter";

new KVStore(`store-${next()}`);
