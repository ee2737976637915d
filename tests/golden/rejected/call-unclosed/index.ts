import { Function } from "@plutolang/pluto";
const x = add(1, 2 //~ P0106
new Function(async () => x, "a");
