// What slices read of the environment while they load: each bundle has the variables of its function alone.
import { Function, KVStore, SageMaker } from "@plutolang/pluto";
import { Client, init } from "some-client";
import { settings } from "./settings";

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is missing`);
  return value;
}
const either = (name: string) => process.env[name] ?? fail(name);
function fail(name: string): never {
  throw new Error(`${name} is missing`);
}

// Checked, and then for the one who takes the value.
const a = need("A");
const b = need("B");
const token = need("HF_TOKEN");
const secret = either("SECRET");
if (!process.env.C || typeof process.env.D === "undefined") throw new Error("C and D are missing");
const both = process.env.E && process.env.F ? `${process.env.E}-${process.env.F}` : fail("E and F");

// Handed to libraries.
init({ dsn: process.env.DSN });
const client = new Client({ auth: { key: process.env.KEY } });
const lazy = new Client({ key: () => process.env.LAZY_KEY });
console.log(process.env.BANNER);

// Computed with.
const mode = process.env.MODE ? "fast" : "slow";
const debug = process.env.DEBUG === "1";
const size = Number(process.env.SIZE) || 10;
let level = "info";
if (process.env.LEVEL) level = "debug";
const list: string[] = [];
for (const name of (process.env.NAMES ?? "").split(",")) list.push(name);
process.env.VERBOSE && list.push("verbose");
const places: Record<string, string> = {};
switch (process.env.REGION) {
  case "value-of-REGION":
    places.here = "there";
    break;
  default:
    places.here = "nowhere";
}

const options = { envs: { HF_TOKEN: token, SECRET: secret, B: b, X: settings.hidden, Y: both } };
const llama = new SageMaker("llama", "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2", options);
const notes = new KVStore("notes");

new Function(async (q: string) => llama.invoke({ inputs: q + a }), "model");
new Function(async () => client.get(b), "client");
new Function(async () => lazy.get(), "lazy");
new Function(async () => mode, "mode");
new Function(async () => debug, "debug");
new Function(async () => size, "size");
new Function(async () => level, "level");
new Function(async () => list, "list");
new Function(async () => places.here, "places");
new Function(async () => settings.shown, "settings");
new Function(async () => [both, process.env.C], "both");
new Function(async () => notes.get("a"), "nothing");
