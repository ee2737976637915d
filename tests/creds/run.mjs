// Credentials from every place, beside botocore: node tests/creds/run.mjs --pluto build/pluto    (ONLY=pattern: by name)

import './files.mjs';
import './roles.mjs';
import './logins.mjs';
import './machines.mjs';
import './random.mjs';
import './deploying.mjs';
import { runAll } from './harness.mjs';

await runAll();
