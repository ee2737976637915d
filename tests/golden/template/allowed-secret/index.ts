import { Function } from "@plutolang/pluto";

// Looks like a key, and the author says that it is none.
new Function(async () => "ok", "docs", {
  envs: { EXAMPLE_KEY: "AKIAIOSFODNN7EXAMPLE" },
  allowPlaintextSecrets: true,
});
