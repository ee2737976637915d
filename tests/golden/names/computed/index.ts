import { KVStore, SageMaker, Function } from "@plutolang/pluto";

const APP = "shop";
const VERSION = [1, 2].join("_");
const name = (part: string) => `${APP}-${part}-v${VERSION}`;

const kv = new KVStore(name("data"));
new SageMaker(name("model"), `111122223333.dkr.ecr.us-east-1.amazonaws.com/${APP}:${VERSION}`);
new Function(async () => kv.get(APP), { name: name("read") });
