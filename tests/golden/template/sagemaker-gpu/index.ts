import { SageMaker } from "@plutolang/pluto";

new SageMaker(
  "Llama-13B",
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.4.0-tgi3.0.1-gpu-py311-cu124-ubuntu22.04-v2.1",
  {
    instanceType: "ml.g5.12xlarge",
    envs: { HF_MODEL_ID: "meta-llama/Llama-2-13b-chat-hf", HF_TOKEN: process.env.HF_TOKEN },
  }
);
