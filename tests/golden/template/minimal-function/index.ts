import { Function } from "@plutolang/pluto";

new Function(async (name: string) => `Hello, ${name}!`, "hello");
