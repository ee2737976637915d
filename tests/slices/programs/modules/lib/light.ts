import { other as o } from "lib-light";
export const light = () => "light";
export const other = o;
