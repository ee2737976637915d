import { Router } from "@plutolang/pluto";

new Router("api").get("hello", async () => ({ statusCode: 200, body: "" })); //~ P0309
