// Runs the cases of this folder: node tests/runtime/worker/run-alone.mjs [--filter TEXT]
import { allCases } from "./cases.mjs";

const at = process.argv.indexOf("--filter");
const filter = at < 0 ? "" : process.argv[at + 1];
const timeout = (ms) => new Promise((_, reject) => setTimeout(reject, ms, new Error(`took over ${ms} ms`)).unref());
let passed = 0;
let failed = 0;
for (const { name, run } of allCases.filter((one) => one.name.includes(filter))) {
  try {
    await Promise.race([run(), timeout(30000)]);
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n${error?.stack ?? error}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
