import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { envs: { BIG: "x".repeat(5000) } }); //~ P0503
