// Storms: any answer may be a throttle, an error or cut anywhere, as a seed has it, and the run may be killed, too. In
// the end there is one stack, and nothing else is left.
import { ended, ok, PROGRAM, same, test } from "./harness.mjs";

// A generator of numbers in 0…1, the same for the same seed.
function numbers(seed) {
  let state = seed * 7919;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function oneStack(app, fake) {
  const stacks = [...fake.region().stacks.values()].filter((s) => !s.gone);
  same(stacks.map((s) => [s.name, s.status, s.changeSets.size]), [["shop-dev", "CREATE_COMPLETE", 0]], "stacks and change sets that wait");
  ok(app.journal === undefined, `the journal stays: ${JSON.stringify(app.journal)}`);
}

export function stormTests() {
  for (const seed of [11, 12, 13])
    test(`a storm, ${seed}: deployed, found unchanged, destroyed`, { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
      fake.storm({ seed, rate: 0.4 });
      ended(await app.deploy(), 0, "created");
      oneStack(app, fake);
      ended(await app.deploy(), 0, "unchanged");
      ended(await app.destroy(), 0, "destroyed");
      same(app.stack(), undefined, "the stack");
    });

  for (const seed of [1, 2, 3, 4])
    test(`a storm, ${seed}, and killed at any time: what comes next converges`, { timings: { default: 60 }, changeSetMs: 60 }, async (app, fake) => {
      const next = numbers(seed);
      if (next() < 0.3) fake.failResource("AWS::DynamoDB::Table", "broken");
      fake.storm({ seed, rate: 0.3 });
      const codes = [];
      for (let i = 0; i < 6 && codes.at(-1) !== 0; i++) {
        const run = app.start(["deploy", "--yes", "--json", i && next() < 0.5 ? "--resume" : "--wait"]);
        const late = setTimeout(() => run.child.kill("SIGKILL"), i < 3 ? 50 + next() * 800 : 1e6);
        codes.push((await run.exit).code);
        clearTimeout(late);
      }
      same(codes.at(-1), 0, `the last of ${codes.length} runs (${codes})`);
      await fake.settled("shop-dev");
      oneStack(app, fake);
    });
}
