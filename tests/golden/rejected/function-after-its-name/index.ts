import { Function } from "@plutolang/pluto";

new Function("find" as any, async (id: string) => id); //~ P0301
