import { Function } from "@plutolang/pluto";

// Each function would need the other's URL in its environment before the other exists.
const ping: Function<any> = new Function(async () => fetch(pong.url()), "ping");
const pong: Function<any> = new Function(async () => fetch(ping.url()), "pong");
