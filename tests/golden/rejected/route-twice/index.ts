import { Router } from "@plutolang/pluto";

const router = new Router("api");
router.get("/hello", async () => ({ statusCode: 200, body: "1" }));
router.get("/hello", async () => ({ statusCode: 200, body: "2" })); //~ P0309
