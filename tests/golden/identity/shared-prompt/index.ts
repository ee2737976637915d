import { Function, SageMaker } from "@plutolang/pluto";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";
import { LLM } from "@langchain/core/language_models/llms";
import { PromptTemplate } from "@langchain/core/prompts";
import { KVStore } from "@plutolang/pluto";

const image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";
const small = new SageMaker("small", image);
const large = new SageMaker("large", image);
const facts = new KVStore("facts");

// `pipe` gives a new chain and leaves the prompt as it was: sharing it joins nothing.
const prompt = PromptTemplate.fromTemplate("Answer in one sentence: {question}");
const quick = prompt.pipe(new SageMakerEndpoint({ endpointName: small.endpointName } as any));
const thorough = prompt.pipe(new SageMakerEndpoint({ endpointName: large.endpointName } as any)).withRetry();

new Function(async (question: string) => quick.invoke({ question }), "quick");
new Function(async (question: string) => thorough.invoke({ question }), "thorough");
new Function(async (question: string) => prompt.format({ question }), "shown");

// The same for a model of the program's own.
class Echo extends LLM {
  async _call(text: string) {
    return text;
  }
  _llmType() {
    return "echo";
  }
}
const echo = new Echo({});
const plain = echo.pipe((text: string) => text.trim());
const kept = echo.pipe(async (text: string) => facts.set(text, "1"));
new Function(async (text: string) => plain.invoke(text), "plain");
new Function(async (text: string) => kept.invoke(text), "kept");
