import { Function } from "@plutolang/pluto";
const { notes } = require("./notes");

new Function(async (id: string) => notes.get(id), "read");
