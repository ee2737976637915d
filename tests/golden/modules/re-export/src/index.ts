import { Function } from "@plutolang/pluto";
import { users, remember, Session as Visit } from "./data";

new Function(async (id: string) => remember(id), "login");
new Function(async (id: string) => new Visit(id).name(), "whoami");
export { users };
