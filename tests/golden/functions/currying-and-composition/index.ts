import { KVStore, Function } from "@plutolang/pluto";

type Step = (value: string) => Promise<string>;
const pipe = (...steps: Step[]): Step => (value) => steps.reduce(async (before, step) => step(await before), Promise.resolve(value));

const names = new KVStore("names");
const audit = new KVStore("audit");
const lookup: Step = (id) => names.get(id);
const record: Step = async (value) => (await audit.set("last", value), value);

new Function(pipe(lookup, record), "audited");
new Function(pipe(lookup), "plain");
