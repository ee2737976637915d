export { users } from "./users";
export * from "./remember";
export { default as Session } from "./session";
