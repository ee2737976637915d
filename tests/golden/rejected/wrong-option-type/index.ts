import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { memory: "512" }); //~ P0301
