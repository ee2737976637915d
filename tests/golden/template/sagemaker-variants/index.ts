import { SageMaker, Function } from "@plutolang/pluto";

const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:3";
const model = new SageMaker("split", IMAGE, {
  instanceType: "ml.c5.xlarge",
  variants: [
    { name: "stable", weight: 9, modelData: "s3://models-of-ours/a.tar.gz" },
    { name: "canary", weight: 1, modelData: "s3://models-of-ours/b.tar.gz", instanceType: "ml.c5.2xlarge" },
  ],
});
new Function(async (text: string) => model.invoke({ text }), "classify");
