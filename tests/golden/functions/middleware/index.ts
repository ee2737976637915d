import { HttpRequest, HttpResponse, KVStore, Router } from "@plutolang/pluto";

type Handler = (request: HttpRequest) => Promise<HttpResponse>;

const sessions = new KVStore("sessions");
const notes = new KVStore("notes");
const router = new Router("api");

const authenticated = (next: Handler): Handler => async (request) => {
  const user = await sessions.get(request.headers["authorization"] ?? "");
  return user ? next(request) : { statusCode: 401, body: "" };
};

router.get("/notes", authenticated(async () => ({ statusCode: 200, body: await notes.get("all") })));
router.post("/notes", authenticated(async (request) => {
  await notes.set("all", request.body ?? "");
  return { statusCode: 204, body: "" };
}));
router.get("/health", async () => ({ statusCode: 200, body: "ok" }));
