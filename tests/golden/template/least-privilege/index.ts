import { KVStore, SageMaker, Router, Function } from "@plutolang/pluto";

const users = new KVStore("users");
const orders = new KVStore("orders");
const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1", { instanceType: "ml.m5.large" });
const mail = new Function(async (to: string) => to, "mail", { url: false });
const router = new Router("api");

router.get("/users/:id", async (r) => ({ statusCode: 200, body: await users.get(r.path) }));
router.post("/users", async (r) => {
  await users.set("id", r.body ?? "");
  await mail.invoke("new user");
  return { statusCode: 201, body: "" };
});
router.delete("/orders/:id", async (r) => ({ statusCode: 200, body: String(await orders.delete(r.path)) }));
router.post("/ask", async (r) => ({ statusCode: 200, body: await model.invoke({ inputs: r.body }) }));
router.get("/health", async () => ({ statusCode: 200, body: "ok" }));
