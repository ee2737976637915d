// Packages from outside: what is in them, when they are made again, what is refused, and that they run.
//
//   node tests/pack/run.mjs --pluto build/pluto      (ONLY=pattern: of the tests by name)
//
// The last line is `N passed, N failed`.
import { apartTests } from "./apart.mjs";
import { archiveTests } from "./archives.mjs";
import { finish } from "./harness.mjs";
import { importTests } from "./imports.mjs";
import { runningTests } from "./running.mjs";

await archiveTests();
await importTests();
await runningTests();
await apartTests();
finish();
