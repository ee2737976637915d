import { InvokeEndpointWithResponseStreamCommand as Stream, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");

new Function(async (q: string) => {
  const answer = await new SageMakerRuntimeClient({}).send(new Stream({ EndpointName: model.endpointName, Body: q }));
  let text = "";
  for await (const part of answer.Body ?? []) text += new TextDecoder().decode(part.PayloadPart?.Bytes);
  return text;
}, "ask");
