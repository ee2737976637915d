import { Function, SageMaker } from "@plutolang/pluto";
import { InvokeEndpointAsyncCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/video:2";
const video = new SageMaker("video", image, {
  asyncInference: {
    inputPath: "s3://questions",
    outputPath: "s3://answers/of/videos/",
    failurePath: "s3://answers/failed",
    maxConcurrentInvocations: 4,
  },
});
const client = new SageMakerRuntimeClient({});

new Function(async (InputLocation: string) => {
  return client.send(new InvokeEndpointAsyncCommand({ EndpointName: video.endpointName, InputLocation }));
}, "ask");
