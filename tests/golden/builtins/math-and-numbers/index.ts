import { KVStore } from "@plutolang/pluto";

new KVStore(`m-${Math.max(3, 9, 4)}-${Math.min(...[5, 2])}-${Math.round(2.5)}-${Math.floor(-0.5)}-${Math.trunc(4.9)}-${Math.abs(-3)}`);
new KVStore(`p-${parseInt("42px")}-${parseFloat("3.5e1")}-${Number("0x10")}-${Number("x") || "NaN"}`);
new KVStore(`b-${(255).toString(16)}-${(5).toString(2).padStart(8, "0")}`);
new KVStore(`i-${Number.isInteger(5.0)}-${isNaN(NaN)}-${Number.MAX_SAFE_INTEGER}`);
