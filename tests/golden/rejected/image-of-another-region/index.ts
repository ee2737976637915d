import { SageMaker } from "@plutolang/pluto";

// AWS's own images are in every region and are taken from the stack's.
new SageMaker(
    "chat",
    "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04",
    { instanceType: "ml.g5.xlarge" },
);

const repository = "111122223333.dkr.ecr.us-east-1.amazonaws.com/summary";
new SageMaker("summary", `${repository}:1`, { instanceType: "ml.m5.xlarge" }); //~ P0505
