import { Router } from "@plutolang/pluto";
import { handler } from "ready-made";

// Code of a package that is given nothing of this program's can use nothing of it.
new Router("api").get("/", handler);
