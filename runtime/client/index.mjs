// @plutolang/pluto while a program runs: the kinds of resources, as index.d.ts types them.
//
// Input: the program's constructors and calls, `process.env`. Output: registered handlers, and clients for the
// handler that runs. Invariant: importing this opens nothing and asks nobody; Node.js's own modules are fetched
// when an operation first needs them.

export { Bucket } from './bucket.mjs';
export { DEFAULT_FUNCTION_NAME, Function } from './function.mjs';
export { ReactApp, Router, Schedule, Tester, Website } from './infra.mjs';
export { KVStore } from './kvstore.mjs';
export { Queue } from './queue.mjs';
export { SageMaker } from './sagemaker.mjs';
export { Secret } from './secret.mjs';
