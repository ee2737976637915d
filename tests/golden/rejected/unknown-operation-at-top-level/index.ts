import { Router } from "@plutolang/pluto";

const router = new Router("api");
(router as any).fetch("/hello", async () => ({ statusCode: 200, body: "" })); //~ P0307
