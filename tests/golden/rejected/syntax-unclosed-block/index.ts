import { Function } from "@plutolang/pluto";

new Function(async () => {
  const a = 1;
  if (a) {
    return a;
}, "f"); //~ P0106
