import { Router, Tester } from "@plutolang/pluto";

const router = new Router("web");
router.get("/self", async () => ({ statusCode: 200, body: `${router.url()}/self` }));
const tester = new Tester("smoke");
tester.it("answers on /self", async () => {
  const response = await fetch(`${router.url()}/self`);
  if (response.status !== 200) throw new Error(await response.text());
});
