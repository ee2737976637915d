import { Router } from "@plutolang/pluto";
import list from "./list";
import Notes, { limit } from "./notes";

const router = new Router("notes");
const notes = new Notes("notes");
router.get("/list", list(notes));
router.get(`/latest/${limit}`, async () => ({ statusCode: 200, body: await notes.latest() }));
