import { Router } from "@plutolang/pluto";

const router = (Router as any)("api"); //~ P0208
