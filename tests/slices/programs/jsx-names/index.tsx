/** @jsx make.element */
/** @jsxFrag Many */
// JSX that is made by names which nothing but a comment, or tsconfig.json, says.
import { Function } from "@plutolang/pluto";
import { make, Many } from "tiny-jsx";
import { other } from "other";
import { part } from "./parts/part";

const page = (name: string) => <><b title={name}>t</b></>;

new Function(async (name: string) => page(name), "page");
new Function(async (name: string) => part(name), "part");
new Function(async () => other(), "other");
