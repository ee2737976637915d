import { Function } from "@plutolang/pluto";

const api = new Function(async () => "hello", "api");
new Function(async () => fetch(api.url()), "caller");
