import { SageMaker, Function } from "@plutolang/pluto";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";

const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1";
const small = new SageMaker("small", IMAGE, { instanceType: "ml.m5.xlarge" });
const large = new SageMaker("large", IMAGE, { instanceType: "ml.g5.2xlarge" });

// One helper opens either endpoint.
const open = (endpoint: SageMaker) =>
  new SageMakerEndpoint({ endpointName: endpoint.endpointName, clientOptions: { region: "us-east-1" }, contentHandler: undefined as any });

new Function(async (q: string) => open(small).invoke(q), "quick");
new Function(async (q: string) => open(large).invoke(q), "thorough");
new Function(async (q: string) => (q.length > 100 ? open(large) : open(small)).invoke(q), "choose");
