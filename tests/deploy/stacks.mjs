// pluto stack: pluto.yml changed in one place, what is deployed of each stack, and both taken away together.
import fs from "node:fs";
import path from "node:path";
import { ended, holds, ok, same, test } from "./harness.mjs";

const YML = `# settings
name: shop
current: dev   # the one for me

stacks:
  # mine
  - name: dev
  - region: us-east-1
    name: "prod"
    tags:
      stage: prod

# the rest
tags:
  team: chat
`;
const yml = (app) => fs.readFileSync(path.join(app.root, "pluto.yml"), "utf8");
const stack = (app, ...words) => app.run(["stack", ...words]);

export function stackTests() {
  test("stacks are added, chosen and listed; the rest of pluto.yml stays to the byte", { files: { "pluto.yml": YML } }, async (app, fake) => {
    same((await stack(app, "new", "test")).code, 0, "new");
    same(yml(app), YML.replace("      stage: prod\n", "      stage: prod\n  - name: test\n"), "pluto.yml with one more");
    same((await stack(app, "select", "prod")).code, 0, "select");
    holds(yml(app), "current: prod   # the one for me\n", "pluto.yml");
    const list = JSON.parse((await stack(app, "list", "--json")).out);
    same(list.map((s) => [s.name, s.current, s.deployed]), [["dev", false, false], ["prod", true, false], ["test", false, false]], "the list");
    ended(await app.deploy(), 0, "created");
    ok(fake.stack("shop-prod") && !fake.stack("shop-dev"), "not the chosen stack");
    const text = await stack(app, "list");
    holds(text.out, "* prod  in order (CREATE_COMPLETE), us-east-1", "the list");
    holds(text.out, "  dev   not deployed (us-east-1)", "the list");
    for (const [words, code] of [[["new", "dev"], 3], [["select", "nope"], 3], [["new", "a b"], 2], [["select"], 2], [["make", "x"], 2], [["list", "x"], 2]])
      same((await stack(app, ...words)).code, code, words.join(" "));
    holds(yml(app), "current: prod ", "pluto.yml after mistakes");
  });

  test("a stack that is deleted is destroyed first, and then forgotten", { files: { "pluto.yml": YML } }, async (app, fake) => {
    ended(await app.deploy("--stack", "prod"), 0, "created");
    ended(await app.deploy(), 0, "created");
    const refused = await stack(app, "delete", "prod");
    same(refused.code, 2, "nobody agrees");
    ok(fake.stack("shop-prod") && yml(app) === YML, "something went");
    same((await stack(app, "delete", "prod", "--yes")).code, 0, "delete");
    same([fake.stack("shop-prod"), fake.stack("shop-dev").status], [undefined, "CREATE_COMPLETE"], "stacks");
    same(yml(app), YML.replace(/ {2}- region[^]*stage: prod\n/, ""), "pluto.yml");
    same((await stack(app, "delete", "dev", "--yes")).code, 0, "the last one");
    ok(!yml(app).includes("- name"), "it is still listed");
  });

  test("stacks without pluto.yml, and what is deployed and not listed", {}, async (app, fake) => {
    same(JSON.parse((await stack(app, "list", "--json")).out).map((s) => [s.name, s.current, s.listed]), [["dev", true, false]], "the list");
    ended(await app.deploy(), 0, "created");
    ended(await app.deploy("--stack", "old"), 0, "created");
    same((await stack(app, "new", "prod")).code, 0, "new");
    same(yml(app), "stacks:\n  - name: dev\n  - name: prod\n", "pluto.yml");
    const list = JSON.parse((await stack(app, "list", "--json")).out);
    same(list.map((s) => [s.name, s.listed, s.deployed]), [["dev", true, true], ["prod", true, false], ["old", false, true]], "the list");
    same((await stack(app, "select", "prod")).code, 0, "select");
    same(yml(app), "current: prod\nstacks:\n  - name: dev\n  - name: prod\n", "pluto.yml");
    fake.deny("cloudformation:DescribeStacks");
    const denied = await stack(app, "list");
    same(denied.code, 0, "without permissions");
    holds(denied.out, "* prod", "the list");
  });

  test("a pluto.yml that is written in another way is left alone", { files: { "pluto.yml": "{ stacks: [ { name: dev } ] }\n" } }, async (app) => {
    for (const words of [["new", "prod"], ["select", "dev"]]) {
      const run = await stack(app, ...words);
      same(run.code, 3, words.join(" "));
      holds(run.err, "by hand", words.join(" "));
    }
    same(yml(app), "{ stacks: [ { name: dev } ] }\n", "pluto.yml");
  });
}
