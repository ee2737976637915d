import { KVStore } from "@plutolang/pluto";

function stores() {
  for (let i = 0; i < arguments.length; i++) new KVStore(arguments[i] + "-" + arguments.length);
}
stores("a", "b", "c");
