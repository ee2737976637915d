import { Function } from "@plutolang/pluto";
import { orders } from "./stores";

new Function(async (id: string) => orders.get(id), "show");
