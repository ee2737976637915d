import { Router } from "@plutolang/pluto";

const router = new Router("api");
router.get("/hello", "hello"); //~ P0306
