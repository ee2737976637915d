import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { memory: 64 }); //~ P0308
