import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("unicode");
// Umlaute, 漢字 und 🦙 stehen vor der Verwendung: the column counts UTF-16 units.
const größe = "groß";
new Function(async (名前: string) => { const 挨拶 = `🦙 ${größe} ${名前}`; return kv.set("こんにちは", 挨拶); }, "greet");
