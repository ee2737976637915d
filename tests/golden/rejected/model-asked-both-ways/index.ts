import { Function, SageMaker } from "@plutolang/pluto";

const llama = new SageMaker("llama", "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2");
new Function(async (q: string) => llama.invoke({ inputs: q }), "now"); //~ P0508
new Function(async (place: string) => llama.invokeAsync(place), "later");

const tiny = new SageMaker("tiny", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tiny:1", { asyncInference: {} });
new Function(async function* (q: string) {
  yield* tiny.invokeStream({ inputs: q }); //~ P0508
}, "stream");
