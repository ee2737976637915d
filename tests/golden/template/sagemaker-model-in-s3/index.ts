import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("own", "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:3", {
  instanceType: "ml.c5.xlarge",
  modelData: "s3://models-of-ours/sentiment/model.tar.gz",
  healthCheckTimeout: 300,
  downloadTimeout: 600,
});
new Function(async (text: string) => model.invoke({ text }), "classify");
