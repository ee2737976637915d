import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { memroy: 512 }); //~ P0302
