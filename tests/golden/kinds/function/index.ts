import { Function } from "@plutolang/pluto";

new Function(async () => "unnamed");
new Function(async () => "named", "by-name");
new Function(async () => "options", { name: "by-options", memory: 256 });
new Function(async () => "both", "both-ways", { memory: 2048, timeout: 120 });
const { url } = new Function(async () => "url", "with-url");
