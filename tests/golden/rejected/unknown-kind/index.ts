import { KVStore, Topic } from "@plutolang/pluto"; //~ P0108

new KVStore("kv");
new Topic("t");
