import { KVStore } from "@plutolang/pluto";

const sizes: Record<string, number> = { small: 1, large: 2 };
for (const size in sizes) new KVStore(`${size}-${sizes[size]}`);
