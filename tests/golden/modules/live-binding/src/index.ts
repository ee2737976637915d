import { KVStore } from "@plutolang/pluto";
import { stage, promote } from "./stage";

new KVStore(`users-${stage}`);
promote();
new KVStore(`users-${stage}`);
