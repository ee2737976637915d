import { Function } from "@plutolang/pluto";
import { users, ordres } from "./stores"; //~ P0108

new Function(async () => users.get(await ordres.get("k")), "f");
