// Several modules: what only loads stays loaded, what nobody takes goes, whichever way it is exported.
import { Function } from "@plutolang/pluto";
import "./lib/setup";
import settings, { limit as most, unused, type Shape } from "./lib/settings";
import * as tools from "./lib/tools";
import * as all from "./lib/tools";
import data from "./lib/data.json";
import { heavy, light, renamed } from "./lib/index";
import Thing, { helper } from "./lib/thing.js";
import { Level } from "./lib/level";
import React from "react";
import old = require("./lib/old");

const shape: Shape = { size: most };
export const view = <b title={data.name}>{shape.size}</b>;

new Function(async () => settings.name, "settings");
new Function(async () => shape.size, "limit");
new Function(async () => tools.one(), "one");
new Function(async () => Object.keys(all).sort(), "all");
new Function(async () => data.list, "data");
new Function(async () => heavy(), "heavy");
new Function(async () => [light(), renamed], "light");
new Function(async () => new Thing(helper()).name, "thing");
new Function(async () => Level.High, "level");
new Function(async () => view, "view");
new Function(async () => old.value, "old");
new Function(async () => (await import("./lib/late")).late(), "late");
new Function(async () => [unused, "nothing"].length, "unused");
new Function(async () => "nothing", "nothing");
