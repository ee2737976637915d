import fallback, { first, renamed, counter, Kind, make } from "./forms";
import { Function } from "@plutolang/pluto";

new Function(async () => first.get("1"), "a");
new Function(async () => renamed.get("2"), "b");
new Function(async () => fallback().get("3"), "c");
make(Kind.Extra);
counter;
