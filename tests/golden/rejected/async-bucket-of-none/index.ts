import { Function, SageMaker } from "@plutolang/pluto";

const llama = new SageMaker("llama", "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2"); //~ P0508
new Function(async (q: string) => [llama.asyncBucket, await llama.invoke({ inputs: q })], "ask");

const places = { outputPath: "https://bucket/folder", inputPath: "s3://questions/videos" };
const tiny = new SageMaker("tiny", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tiny:1", { asyncInference: places }); //~ P0301
new Function(async (place: string) => tiny.invokeAsync(place), "later");
