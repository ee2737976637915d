import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { runtime: "nodejs18.x" }); //~ P0308
