import { Function } from "@plutolang/pluto";
import store = require("./store");

new Function(async () => store.get("k"), "read");
