export * as data from "./data";
export type { Data } from "./data";
