import { KVStore, Function } from "@plutolang/pluto";

const tree = new KVStore("tree");

async function depth(node: string): Promise<number> {
  const children: string[] = JSON.parse(await tree.get(node));
  let deepest = 0;
  for (const child of children) deepest = Math.max(deepest, await depth(child));
  return deepest + 1;
}

new Function(depth, "depth");
