import { Router } from "@plutolang/pluto";

const routes: Record<string, { path: string }> = { home: { path: "/" } };
new Router("r").get(routes.about.path, async () => ({ statusCode: 200, body: "" })); //~ P0208
