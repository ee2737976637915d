import { Function } from "@plutolang/pluto";

const countdown = new Function(async (n: number): Promise<void> => {
  if (n > 0) await countdown.invoke(n - 1);
}, "countdown");
