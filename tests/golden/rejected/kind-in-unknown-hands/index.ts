import { container } from "some-container";
import { KVStore } from "@plutolang/pluto";

const kv = container.create(KVStore, "kv"); //~ P0210
