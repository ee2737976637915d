import { Function } from "@plutolang/pluto";

new Function(async () => 1);
new Function(async () => 2); //~ P0303
