// URLs of functions and routers after a deployment: what services say of them, and that nothing is sent to them.
import { ended, holds, ok, same, test } from "./harness.mjs";

const PUBLIC = `import { Function } from "@plutolang/pluto";

new Function(async (text: string) => text, "writer");
`;
const API = `import { Router } from "@plutolang/pluto";

const api = new Router("api");
api.get("/hello", async () => ({ statusCode: 200, body: "hello" }));
api.post("/users/:id", async () => ({ statusCode: 200, body: "made" }));
`;
const WRITER = { files: { "src/index.ts": PUBLIC } };
const ROUTER = { files: { "src/index.ts": API } };

const warnings = (run) => run.events.filter((e) => e.event === "warning").map((e) => e.text ?? e.message);
const region = (fake) => fake.account.region("us-east-1");
const writer = (fake) => region(fake).functions.get("shop-dev-writer");
const theApi = (fake) => [...region(fake).apis.values()][0];

// Deploys, lets `spoil` change something past the stack, deploys changed code, and gives the warnings.
async function spoiled(app, fake, text, spoil) {
  const first = await app.deploy();
  ended(first, 0, "created");
  same(warnings(first), [], "warnings of a first deployment");
  spoil();
  app.write({ "src/index.ts": text });
  const run = await app.deploy();
  ended(run, 0, "updated");
  return { run, said: warnings(run) };
}

// As above, with the one warning that is wanted.
function one(name, options, changed, spoil, words) {
  test(name, options, async (app, fake) => {
    const { run, said } = await spoiled(app, fake, changed, () => spoil(fake));
    same(said.length, 1, `warnings (${said.join("; ")})`);
    for (const word of words) holds(said[0], word, "the warning");
    ok(run.events.some((e) => e.event === "note" && (e.text ?? e.message).includes("pluto drift")), "what to do is not said");
  });
}

const OTHER = PUBLIC.replace("=> text", "=> text + 1");
const statement = (fn, action) => [...fn.policy].find(([, p]) => p.Action === action)[0];

export function urlTests() {
  one("a URL that was taken away is told", WRITER, OTHER, (fake) => { delete writer(fake).url; }, ["shop-dev-writer", "has no URL any more"]);
  one("a URL that asks for signatures is told", WRITER, OTHER, (fake) => { writer(fake).url.AuthType = "AWS_IAM"; }, ["asks for signatures", "AWS_IAM", "NONE"]);
  one("a URL that does not stream is told", WRITER, OTHER, (fake) => { writer(fake).url.InvokeMode = "BUFFERED"; }, ["BUFFERED", "RESPONSE_STREAM"]);
  one("a URL with other rules for browsers is told", WRITER, OTHER, (fake) => { writer(fake).url.Cors = { ...writer(fake).url.Cors, AllowOrigins: ["https://example.com"] }; }, ["CORS"]);
  for (const action of ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
    one(`a public URL without ${action} is told`, WRITER, OTHER, (fake) => { writer(fake).policy.delete(statement(writer(fake), action)); }, ["403", `\`${action}\``]);
  one("a permission for signed calls alone does not make a URL public", WRITER, OTHER, (fake) => {
    const fn = writer(fake);
    const sid = statement(fn, "lambda:InvokeFunctionUrl");
    fn.policy.set(sid, { ...fn.policy.get(sid), FunctionUrlAuthType: "AWS_IAM" });
  }, ["403"]);

  test("a private URL that was opened is told", { files: { "src/index.ts": PUBLIC.replace('"writer"', '"writer", { url: "iam" }') } }, async (app, fake) => {
    const first = await app.deploy();
    if (first.code !== 0) throw new Error(first.err);
    same(warnings(first), [], "warnings of a first deployment");
    same(fake.count("GetPolicy"), 0, "policies of a URL that is not public");
    writer(fake).url.AuthType = "NONE";
    app.write({ "src/index.ts": OTHER.replace('"writer"', '"writer", { url: "iam" }') });
    const run = await app.deploy();
    ended(run, 0, "updated");
    holds(warnings(run).join(), "open to everybody", "the warning");
  });

  const LATER = API.replace('"hello" }', '"good day" }').replace('"made" }', '"kept" }');
  const ROUTED = API.replace("/hello", "/hi");
  one("a stage that was taken away is told", ROUTER, ROUTED, (fake) => {
    const api = theApi(fake);
    const set = api.stages.get.bind(api.stages);
    api.stages.delete("$default");
    api.stages.get = (name) => (name === "$default" ? undefined : set(name));
  }, ["no stage `$default`"]);
  one("a stage that is not deployed is told", ROUTER, ROUTED, (fake) => {
    const stage = theApi(fake).stages.get("$default");
    stage.properties = { ...stage.properties, AutoDeploy: false };
    stage.deployment = undefined;
    stage.message = "Deployment attempt failed: Unable to deploy API because no routes exist in this API";
  }, ["is not deployed", "no routes exist"]);
  one("a route that was taken away is told", ROUTER, ROUTED, (fake) => {
    const api = theApi(fake);
    api.routes.delete([...api.routes].find(([, r]) => r.RouteKey === "POST /users/{id}")[0]);
  }, ["no route `POST /users/{id}`"]);
  one("an API that is switched off is told", ROUTER, ROUTED, (fake) => { theApi(fake).properties = { ...theApi(fake).properties, DisableExecuteApiEndpoint: true }; }, ["does not answer at its own URL"]);
  one("a handler that its API may not call is told", ROUTER, LATER, (fake) => { region(fake).functions.get("shop-dev-api-get-hello").policy.clear(); }, ["shop-dev-api-get-hello", "500"]);

  test("routes are read to the last page, and only what was touched is asked for", { ...ROUTER, pageSize: 1 }, async (app, fake) => {
    const first = await app.deploy();
    ended(first, 0, "created");
    same(warnings(first), [], "warnings");
    same(fake.count("GetRoutes"), 2, "pages");
    app.write({ "src/index.ts": LATER });
    fake.forget();
    ended(await app.deploy(), 0, "updated");
    same([fake.count("GetApi"), fake.count("GetPolicy")], [0, 2], "requests for what was not touched, and for handlers");
  });

  test("nothing is sent to a URL: no function is called", WRITER, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    same([fake.count("Invoke"), fake.count("InvokeWithResponseStream")], [0, 0], "calls");
    same([fake.count("GetFunctionUrlConfig"), fake.count("GetPolicy")], [1, 1], "questions");
  });

  test("who may not look at URLs is told once, and the deployment stands", ROUTER, async (app, fake) => {
    fake.deny("apigateway:GET", "lambda:GetPolicy", "lambda:GetFunctionUrlConfig");
    const run = await app.deploy("--skip-preflight");
    ended(run, 0, "created");
    same(warnings(run).filter((w) => w.includes("cannot check the URLs")).length, 1, "warnings");
  });
}
