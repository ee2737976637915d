import { kv } from "./pipe";

console.log(kv);
