// pluto deploy and its relatives against a fake AWS: each way, each state, each interruption.
//
//   node tests/deploy/run.mjs --pluto build/pluto      (ONLY=pattern: of the tests by name)
//
// The last line is `N passed, N failed`.
import { diskTests } from "./disk.mjs";
import { expressTests } from "./express.mjs";
import { finish } from "./harness.mjs";
import { interruptTests } from "./interrupts.mjs";
import { killTests } from "./kills.mjs";
import { liveTests } from "./live.mjs";
import { lookingTests } from "./looking.mjs";
import { motoTests } from "./moto.mjs";
import { overtakenTests } from "./overtaken.mjs";
import { pageTests } from "./page.mjs";
import { placeTests } from "./places.mjs";
import { planTests } from "./plans.mjs";
import { preflightTests } from "./preflight.mjs";
import { rollbackTests } from "./rollbacks.mjs";
import { screenTests } from "./screens.mjs";
import { serviceTests } from "./services.mjs";
import { stackTests } from "./stacks.mjs";
import { stateTests } from "./states.mjs";
import { stormTests } from "./storms.mjs";
import { terminalTests } from "./terminal.mjs";
import { troubleTests } from "./troubles.mjs";
import { urlTests } from "./urls.mjs";
import { watchTests } from "./watch.mjs";
import { wayTests } from "./ways.mjs";

wayTests();
stateTests();
killTests();
serviceTests();
placeTests();
urlTests();
expressTests();
preflightTests();
planTests();
pageTests();
lookingTests();
rollbackTests();
liveTests();
stackTests();
watchTests();
interruptTests();
overtakenTests();
screenTests();
terminalTests();
troubleTests();
diskTests();
stormTests();
await finish(motoTests);
