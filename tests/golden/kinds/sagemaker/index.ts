import { SageMaker, Function } from "@plutolang/pluto";

const IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";
const model = new SageMaker("tiny", IMAGE, {
  instanceType: "ml.g5.2xlarge",
  instanceCount: 2,
  envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0" },
});
new Function(async (q: string) => model.invoke({ inputs: q }), "invoke");
new Function(async () => fetch(model.endpointUrl(), { method: "HEAD" }), "ping");
