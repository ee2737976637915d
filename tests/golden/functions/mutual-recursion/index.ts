import { KVStore, Function } from "@plutolang/pluto";

const ping = new KVStore("ping");
const pong = new KVStore("pong");

const a = async (n: number): Promise<string> => (n > 0 ? b(n - 1) : ping.get("end"));
const b = async (n: number): Promise<string> => (n > 0 ? a(n - 1) : pong.get("end"));

new Function(a, "play");
