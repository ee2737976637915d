import { start } from "lib-start";
import { shared } from "./shared";
start({ shared: shared.name });
export const notTaken = 1;
