import { connect } from "llm-kit";
import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");

new Function(async (q: string) => connect(`sagemaker:${model.endpointName}`).complete(q), "complete");
