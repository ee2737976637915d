import { x } from "lib-old";
const value = "old";
export = { value, x };
