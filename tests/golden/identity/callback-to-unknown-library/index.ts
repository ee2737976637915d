import { Agent, tool } from "agent-kit";
import { KVStore, Function } from "@plutolang/pluto";

const notes = new KVStore("notes");
const weather = new KVStore("weather");
const unused = new KVStore("unused");

const remember = tool({ name: "remember", run: async (text: string) => notes.set("last", text) });
const forecast = tool({ name: "forecast", run: async (city: string) => weather.get(city) });
tool({ name: "unused", run: async () => unused.get("x") });

// What the tools do, the agent may do, and so may who runs the agent.
const agent = new Agent({ tools: [remember, forecast] });
new Function(async (q: string) => agent.run(q), "assistant");
new Function(async (q: string) => new Agent({ tools: [forecast] }).run(q), "forecaster");
