import { Router } from "@plutolang/pluto";

const router = new Router("api");
router.get("/hello"); //~ P0306
