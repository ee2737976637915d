import { Function } from "@plutolang/pluto";
import { even } from "./even";

new Function(async (n: number) => even(n), "even");
