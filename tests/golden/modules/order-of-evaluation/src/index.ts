import { KVStore } from "@plutolang/pluto";
import "./first";
import { count } from "./counter";
import "./second";

new KVStore(`third-of-${count()}`);
