import { SageMaker, Function } from "@plutolang/pluto";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";
import { PromptTemplate } from "@langchain/core/prompts";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");

// Opened once for all handlers; only those that use it may call it.
const llm = new SageMakerEndpoint({
  endpointName: model.endpointName,
  clientOptions: { region: "us-east-1" },
  contentHandler: undefined as any,
});
const chain = PromptTemplate.fromTemplate("{q}").pipe(llm);

new Function(async (q: string) => chain.invoke({ q }), "ask");
new Function(async () => "pong", "ping");
