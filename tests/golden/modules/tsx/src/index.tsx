import { Function, KVStore } from "@plutolang/pluto";
import { Page } from "./page";
import { renderToString } from "react-dom/server";

const pages = new KVStore("pages");
new Function(async (name: string) => renderToString(<Page title={await pages.get(name)} />), "render");
