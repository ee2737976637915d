import { Function } from "@plutolang/pluto";
import "./texts";

new Function(async (text: string) => {
  const { save } = await import("./save");
  return save(text);
}, "store-text");
