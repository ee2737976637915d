import { Router } from "@plutolang/pluto";
import { handler } from "ready-made";

new Router("api").get("/", handler); //~ P0306
