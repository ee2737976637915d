import config from "./config.json";
import { KVStore } from "@plutolang/pluto";

new KVStore(config.name);
