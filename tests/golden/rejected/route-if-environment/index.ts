import { Router } from "@plutolang/pluto";

const router = new Router("api");
const debug = process.env.DEBUG;
debug && router.get("/debug", async () => ({ statusCode: 200, body: "" })); //~ P0204
