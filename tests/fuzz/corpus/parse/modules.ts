import a, { b as c, type D } from "./m"; import * as n from "n"; import r = require("r");
export * from "o"; export type * as P from "p"; export { a as default, c }; export const { x, y: [z] } = n;
import T = n.Q.R; enum E { A, B = A << 1, "C" } namespace N.M { export let q = E.A; } declare global { var w; }
const l = await import("./l"); export default async function () { for await (const m of l) break; }
