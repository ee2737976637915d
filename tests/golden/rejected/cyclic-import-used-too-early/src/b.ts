import { a } from "./a";

export const b = `b-${a}`; //~ P0207
