import { Function, KVStore } from "@plutolang/pluto";

const sums = new KVStore("sums");

// Nobody knows what stands after this loop unless it is run as it stands.
new Function(async () => {
    let sum = 0;
    for (let i = 0; i < 1e9; i++) sum += i; //~ P0401
    if (sum === 499999999500000000) await sums.set("sum", String(sum));
}, "adder");
