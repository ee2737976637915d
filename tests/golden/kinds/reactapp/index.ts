import { ReactApp, Router } from "@plutolang/pluto";

const router = new Router("backend");
const app = new ReactApp("./frontend", "ui", { buildDir: "dist", buildCommand: "npm run build" });
app.addEnv("BACKEND", `${router.url()}/v1`);
