import { Function, KVStore } from "@plutolang/pluto";
import type { HttpRequest } from "@plutolang/pluto";
import type { Order } from "./there-is-no-such-file";
import { type Item, price } from "./items";

export interface Basket {
  items: Item[];
  order?: Order;
  request?: HttpRequest;
}

const kv = new KVStore("baskets");
new Function(async (basket: Basket) => kv.set("total", String(price(basket.items))), "total");
