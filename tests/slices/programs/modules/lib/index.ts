export * from "./heavy";
export { light, other as renamed } from "./light";
export * as nothing from "./tools";
export { thing } from "lib-thing";
