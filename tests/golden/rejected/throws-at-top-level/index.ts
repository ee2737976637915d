import { KVStore } from "@plutolang/pluto";

function settings(name: string): string {
  throw new Error(`no settings for ${name}`); //~ P0201
}

new KVStore(settings("dev"));
