import { Router } from "@plutolang/pluto";

const ok = async () => ({ statusCode: 200, body: "" });
new Router("open").get("/", ok);
new Router("none", { cors: false }).get("/", ok);
new Router("ours", {
  cors: { origins: ["https://example.com"], methods: ["GET", "POST"], headers: ["content-type"], credentials: true, maxAge: 600 },
}).get("/", ok);
