import { Router } from "@plutolang/pluto";

new Router("api").get(`/${process.env.PREFIX}/hello`, async () => ({ statusCode: 200, body: "" })); //~ P0310
