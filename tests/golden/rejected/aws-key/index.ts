import { Function } from "@plutolang/pluto";

const key = "AKIA" + "QWERTYUIOPASDFGH";
new Function(async () => "x", "f", { envs: { ACCESS: key } }); //~ P0504
