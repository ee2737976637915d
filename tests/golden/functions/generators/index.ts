import { KVStore, Function } from "@plutolang/pluto";

function* names() {
  yield "first";
  yield* ["second", "third"];
}
const stores = [...names()].map((name) => new KVStore(name));

async function* pages(kv: KVStore) {
  let key: string | undefined = "start";
  while (key) {
    const page: { next?: string } = JSON.parse(await kv.get(key));
    yield page;
    key = page.next;
  }
}

new Function(async () => {
  let count = 0;
  for await (const page of pages(stores[1])) count += Object.keys(page).length;
  return count;
}, "count");
