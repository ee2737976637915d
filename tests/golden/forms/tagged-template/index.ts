import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In a tag function and its values.
new Function(async (id: string) => {
  const html = (parts: TemplateStringsArray, ...values: unknown[]) => parts.join(String(values));
  return html`<b>${await kv.get(id)}</b>`;
}, "lookup");
