import { Function } from "@plutolang/pluto";
import { stock } from "./shop";

new Function(async (item: string) => stock.get(item), "stock-of");
