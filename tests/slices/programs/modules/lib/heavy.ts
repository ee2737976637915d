import { weigh } from "lib-heavy";
export const heavy = () => weigh("heavy");
