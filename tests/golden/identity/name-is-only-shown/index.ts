import { SageMaker, KVStore, Function } from "@plutolang/pluto";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");
const kv = new KVStore("kv");

// Returning or storing a name uses nothing of the endpoint but its name.
new Function(async () => model.endpointName, "name");
new Function(async () => kv.set("endpoint", `${model.endpointName}!`), "store");
