import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");
const client = new SageMakerRuntimeClient({});

new Function(async (q: string) => {
  const command = new InvokeEndpointCommand({
    EndpointName: model.endpointName,
    Body: JSON.stringify({ inputs: q }),
    ContentType: "application/json",
  });
  const { Body } = await client.send(command);
  return Body?.transformToString();
}, "ask");
