import { SageMaker } from "@plutolang/pluto";

new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1", {
  envs: {
    HUGGING_FACE_HUB_TOKEN: "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", //~ P0504
  },
});
