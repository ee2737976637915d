import { b } from "./b";

export const a = `a-${b}`;
