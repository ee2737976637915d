import { Function } from "@plutolang/pluto";

const { TOKEN, MODEL = "small" } = process.env;

new Function(async () => "ok", "run", { envs: { TOKEN, MODEL, LEVEL: process.env.LEVEL ?? "info" } });
