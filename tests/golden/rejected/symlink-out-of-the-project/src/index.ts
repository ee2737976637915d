import { kv } from "./outside";

console.log(kv);
