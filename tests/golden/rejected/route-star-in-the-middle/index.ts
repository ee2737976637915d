import { Router } from "@plutolang/pluto";

new Router("api").get("/files/*/raw", async () => ({ statusCode: 200, body: "" })); //~ P0309
