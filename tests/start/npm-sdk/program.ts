// Every kind as programs for the npm package use it.
import {
  AnyFunction,
  Bucket,
  CloudEvent,
  Function,
  HttpRequest,
  HttpResponse,
  KVStore,
  Queue,
  RequestHandler,
  Router,
  SageMaker,
  Schedule,
  Secret,
  Tester,
} from "@plutolang/pluto";

const visits = new KVStore("visits");
const jobs = new Queue("jobs");
const files = new Bucket("files");
const clock = new Schedule("clock");
const token = new Secret("token", process.env["TOKEN"] ?? "");
const model = new SageMaker("model", "image", { instanceType: "ml.m5.large", envs: { HF_TASK: "text-generation" } });
const api = new Router("api");
const tester = new Tester("tests");

const count = new Function(async (name: string) => {
  const seen = Number(await visits.get(name)) + 1;
  await visits.set(name, String(seen));
  return seen;
}, "count");

new Function(async (...args: unknown[]) => model.invoke({ inputs: args.join(" "), with: await token.get() }), "ask", {
  envs: { LEVEL: "info" },
});

const ok = (body: unknown): HttpResponse => ({ statusCode: 200, body: JSON.stringify(body) });
const greet: RequestHandler = async (request: HttpRequest) => {
  const name = request.query["name"];
  return ok(await count.invoke(Array.isArray(name) ? name[0] : name ?? "nobody"));
};
api.get("/greet", greet);
api.post("/jobs", async (request) => {
  await jobs.push(JSON.stringify({ body: request.body, at: request.headers["date"] }));
  return ok(null);
});
const all: AnyFunction = async (event) => event;
api.all("/raw/*", all, true);

jobs.subscribe(async (event: CloudEvent) => {
  await files.put(String(event.timestamp), event.data);
});
clock.cron("0 9 * * *", async () => {
  await files.get("report", "/tmp/report");
});
tester.it("counts", async () => {
  if ((await visits.get("a")) === "") throw new Error(api.url());
});
