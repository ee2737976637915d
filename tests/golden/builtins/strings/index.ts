import { KVStore } from "@plutolang/pluto";

const text = "  Orders, Users ,Items ";
for (const part of text.split(",").map((s) => s.trim().toLowerCase())) new KVStore(part);
new KVStore("a-b-c".replace("-", "").replace(/-/g, "_").concat("x").padEnd(6, "z"));
new KVStore(["k", "ey".toUpperCase(), "abc".slice(-2), "abc".substring(0, 1), "abc".charAt(1)].join(""));
new KVStore(`i${"hello".indexOf("l")}${"hello".lastIndexOf("l")}${"hello".includes("ell")}${"hello".startsWith("he")}`);
new KVStore("ab".repeat(2) + "x".at(-1) + "abc"[1] + "abc".length);
new KVStore("2024-05-01".replace(/(\d+)-(\d+)-(\d+)/, "$3-$2-$1"));
new KVStore("foo bar".replace(/\b\w/g, (c) => c.toUpperCase()).replace(" ", ""));
new KVStore(String.fromCharCode(107, 118) + encodeURIComponent("a").normalize() + (12.345).toFixed(1).replace(".", "-"));
