import { Router } from "@plutolang/pluto";

const router = new Router("web");
const ok = async () => ({ statusCode: 200, body: "ok" });
router.get("/", ok);
router.get("/hello", ok);
router.post("/hello", ok);
router.put("/users/:id", ok);
router.delete("/users/:id", ok);
router.patch("/users/:id", ok);
router.head("/hello", ok);
router.all("/files/*", ok);
