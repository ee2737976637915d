import { big } from "lib-big";
export const shared = { name: "shared" };
export const large = () => big();
