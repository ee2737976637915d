import { Router } from "@plutolang/pluto";

const handlers: Record<string, () => Promise<any>> = { hello: async () => ({ statusCode: 200, body: "" }) };
new Router("api").get("/bye", handlers.bye); //~ P0306
