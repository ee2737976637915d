import { Function } from "@plutolang/pluto";

new Function(async () => process.env.OPENAI_API_KEY, "ask", {
  envs: {
    OPENAI_API_KEY: "sk-proj-Vf3aX9kQ2mW7tR5yB8nL1cZ4", //~ P0504
  },
});
