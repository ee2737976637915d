import { Router } from "@plutolang/pluto";

const router = new Router("API");
const ok = async () => ({ statusCode: 200, body: "" });
router.get("/Users/:userId/posts/:post_id", ok);
router.get("/a-b", ok);
router.get("/a/b", ok);
router.get("/a_b", ok);
router.get("/v1.0/things", ok);
