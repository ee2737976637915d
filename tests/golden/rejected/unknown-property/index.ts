import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1");
new Function(async () => (model as any).endpointname, "f"); //~ P0307
