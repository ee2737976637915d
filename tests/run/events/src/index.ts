import { Function, Router } from "@plutolang/pluto";

// Everything that a request may meet on its way to a function and back.

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

// ---- Function URLs ------------------------------------------------------------------------------

new Function(async (event: any) => event, { name: "event", raw: true });
new Function(async (event: any) => event, { name: "signed", raw: true, url: "iam" });
new Function(async () => process.env.AWS_ACCESS_KEY_ID, { name: "key" });
new Function(async (...words: string[]) => words.join(" "), { name: "join" });

new Function(
  async (event: any) => {
    const what = event.rawPath.slice(1);
    if (what === "throw") throw new Error("on purpose");
    if (what === "exit") process.exit(3);
    if (what === "slow") await wait(5000);
    if (what === "empty") return { statusCode: 204, body: "" };
    if (what === "gone") return { statusCode: "404", headers: { "x-one": "1" }, body: "nothing here" };
    if (what === "cookies") return { statusCode: 200, cookies: ["a=1; HttpOnly", "b=2"], body: "two" };
    if (what === "bytes") return { statusCode: 200, isBase64Encoded: true, body: "AAECAw==", headers: { "content-type": "image/png" } };
    if (what === "wide") return { statusCode: 200, headers: { "x-wide": "w".repeat(12_000), "x-trace": process.env._X_AMZN_TRACE_ID }, body: "" };
    if (what === "large") return { statusCode: 200, body: "x".repeat(9_000_000) };
    return { any: "thing" };
  },
  { name: "answers", raw: true, timeout: 2 }
);

new Function(
  async function* (count: number, breaks = false) {
    for (let i = 0; i < count; i++) {
      yield `part ${i}\n`;
      await wait(150);
    }
    if (breaks) throw new Error("in the middle");
    console.log(`sent ${count}`);
  },
  { name: "parts" }
);

new Function(
  async () => {
    await wait(700);
    return "done";
  },
  { name: "narrow", concurrency: 1 }
);

// ---- HTTP APIs ----------------------------------------------------------------------------------

const api = new Router("api");

api.get("/hello/:name", async ({ params, query, headers, method, path }) => ({
  statusCode: 200,
  body: JSON.stringify({ params, query, agent: headers["user-agent"], method, path }),
}));
api.get("/hello/world", async () => ({ statusCode: 200, body: "the world itself" }));
api.post("/echo", async ({ body, headers }) => ({
  statusCode: 201,
  headers: { "content-type": headers["content-type"] ?? "none", "x-length": String(body?.length ?? 0) },
  body: body ?? "",
}));
api.get("/fails", async () => {
  throw new Error("on purpose");
});
api.all("/any/*", async (event: any) => event, true);
api.all("/odd", async (event: any) => (event.requestContext.http.method === "GET" ? { statusCode: 1 } : process.exit(1)), true);

const strict = new Router("strict", {
  cors: { origins: ["https://good.example"], methods: ["GET"], headers: ["x-token"], credentials: true, maxAge: 60 },
});

strict.get("/", async () => ({ statusCode: 200, headers: { "access-control-allow-origin": "*" }, body: api.url() }));
