import { Router, KVStore } from "@plutolang/pluto";

const router = new Router("paths");
const kv = new KVStore("pages");
const page = async (request: { path: string }) => ({ statusCode: 200, body: await kv.get(request.path) });
router.get("/", page);
router.get("/pages/:page/parts/:part", page);
router.get("/static/*", page);
router.all("/any/:thing", page);
