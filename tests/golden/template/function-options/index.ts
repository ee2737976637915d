import { Function } from "@plutolang/pluto";

new Function(async () => process.env.STAGE, "tuned", {
  memory: 1024,
  timeout: 30,
  architecture: "arm64",
  runtime: "nodejs22.x",
  concurrency: 5,
  logRetention: 7,
  envs: { STAGE: "live", RETRIES: 3, DEBUG: false },
});
