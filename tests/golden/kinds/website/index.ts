import { Website, Router } from "@plutolang/pluto";

const router = new Router("api");
const site = new Website("./public", "site");
site.addEnv("API_URL", router.url());
router.get("/site", async () => ({ statusCode: 302, body: site.url() }));
