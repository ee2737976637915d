import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { timeout: 3600 }); //~ P0308
