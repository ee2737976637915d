import { Function } from "@plutolang/pluto";

const DEBUG = process.env.DEBUG === "1";
const limit = Number(process.env.LIMIT ?? "3") + 1;

new Function(async (text: string) => (DEBUG ? text : "quiet"), "echo");
new Function(async () => limit, "limit");
new Function(async () => "still", "still");
