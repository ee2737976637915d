import { Function } from "@plutolang/pluto";

const tools: Record<string, any> = { search: 1 };
new Function(tools["find it"](), "f"); //~ P0208
