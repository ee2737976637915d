import { Function } from "@plutolang/pluto";

new Function(async () => "for all", "open");
new Function(async () => "for signed requests", "signed", { url: "iam" });
new Function(async () => "for nobody", "closed", { url: false });
