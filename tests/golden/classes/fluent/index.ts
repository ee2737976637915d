import { Router, KVStore } from "@plutolang/pluto";

class Api {
  private router: Router;
  constructor(name: string) {
    this.router = new Router(name);
  }
  get(path: string, body: () => Promise<string>): this {
    this.router.get(path, async () => ({ statusCode: 200, body: await body() }));
    return this;
  }
}

const kv = new KVStore("pages");
new Api("site")
  .get("/", () => kv.get("home"))
  .get("/about", async () => "about us");
