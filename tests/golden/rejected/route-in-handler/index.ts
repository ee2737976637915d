import { Function, Router } from "@plutolang/pluto";

const router = new Router("api");
new Function(async (path: string) => {
  router.get(path, async () => ({ statusCode: 200, body: "" })); //~ P0305
}, "f");
