import { parse } from "lib-parse";
export interface Shape {
  size: number;
}
const name = "settings";
const limit = 5;
const unused = parse("unused");
export { name as default2, limit, unused };
export type { Shape as Form };
export default { name };
