/** @jsx h */
// JSX: what makes elements stays, though no name in the source leads there.
import { Function } from "@plutolang/pluto";

const close = (tag: string) => `</${tag}>`;
const h = (tag: string, props: object | null, ...parts: string[]) => `<${tag}>${parts.join("")}${close(tag)}`;
const page = (name: string) => <p><b>{name}</b></p>;

new Function(async (name: string) => page(name), "page");
new Function(async () => "plain", "plain");
