import { Function } from "@plutolang/pluto";
import { Client } from "some-client";
import { init } from "tracker";

// Each package runs this when it starts.
init({ dsn: process.env.DSN });

const mode = process.env.MODE ? "fast" : "slow";
const debug = process.env.DEBUG === "1";
const client = new Client({ keys: [process.env.KEY] });
const shards: string[] = [];
for (let i = 0; i < Number(process.env.SHARDS); i++) shards.push(`shard ${i}`);
const home = (process.env.HOME_URL ?? "https://example.com").replace(/^https:/, "");

new Function(async () => mode, "mode");
new Function(async () => (debug ? "loud" : "quiet"), "debug");
new Function(async () => client.get(), "client");
new Function(async () => shards, "shards");
new Function(async () => home, "home");
