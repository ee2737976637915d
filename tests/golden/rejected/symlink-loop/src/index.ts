import { kv } from "./loop";

console.log(kv);
