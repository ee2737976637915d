import { Router } from "@plutolang/pluto";

const ok = async () => ({ statusCode: 200, body: "" });
for (const name of ["public", "private"]) {
  const router = new Router(name);
  router.get("/health", ok);
}
