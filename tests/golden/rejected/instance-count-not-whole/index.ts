import { SageMaker } from "@plutolang/pluto";

new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1", { instanceCount: 1.5 }); //~ P0308
