// All cases of this folder, each `{ name, run }`: `run` rejects where something is not as it should be.
import { cases as answers } from "./answers.mjs";
import { cases as fuzz } from "./fuzz.mjs";
import { cases as handlers } from "./handlers.mjs";
import { cases as official } from "./official.mjs";
import { cases as processes } from "./process.mjs";

export const allCases = [...handlers, ...answers, ...fuzz, ...processes, ...official];
