import { SageMaker } from "@plutolang/pluto";

new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1", {
  instancetype: "ml.m5.large", //~ P0302
});
