import { SageMaker, Function } from "@plutolang/pluto";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");

new Function(async (q: string) => {
  const { endpointName } = model;
  const llm = new SageMakerEndpoint({ endpointName, clientOptions: { region: "us-east-1" }, contentHandler: undefined as any });
  return llm.invoke(q);
}, "ask");
