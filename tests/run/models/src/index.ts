import { Function, KVStore, SageMaker } from "@plutolang/pluto";

const TGI =
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";
const TASKS =
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:2.1.0-transformers4.37.0-cpu-py310-ubuntu22.04";

const task = (name: string, HF_TASK: string) =>
  new SageMaker(name, TASKS, { instanceType: "ml.m5.large", envs: { HF_MODEL_ID: `test/${name}`, HF_TASK } });

const tiny = new SageMaker("tiny", TGI, {
  instanceType: "ml.m5.xlarge",
  envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" },
});
new SageMaker("patient", TGI, {
  instanceType: "ml.m5.xlarge",
  envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" },
  asyncInference: {},
});
const vectors = task("vectors", "feature-extraction");
const reader = task("reader", "question-answering");
const history = new KVStore("history");

new Function(
  async (question: string) => {
    await history.set("last", question);
    return [await tiny.invoke({ inputs: question }), vectors.endpointName, reader.endpointName];
  },
  { name: "asks" }
);
