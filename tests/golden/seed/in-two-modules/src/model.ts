import { SageMaker } from "@plutolang/pluto";
import { SageMakerEndpoint, type SageMakerLLMContentHandler } from "@langchain/community/llms/sagemaker_endpoint";

const sagemaker = new SageMaker(
  "llama-2-7b",
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04",
  {
    instanceType: "ml.m5.xlarge",
    envs: {
      HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
      HF_TASK: "text-generation",
    },
  }
);

class Llama2Handler implements SageMakerLLMContentHandler {
  contentType = "application/json";

  accepts = "application/json";

  async transformInput(prompt: string, modelKwargs: Record<string, unknown>): Promise<any> {
    const body = JSON.stringify({ inputs: prompt, parameters: modelKwargs });
    return new TextEncoder().encode(body);
  }

  async transformOutput(output: any): Promise<string> {
    const parsed = JSON.parse(new TextDecoder("utf-8").decode(output));
    const text: string = parsed[0]["generated_text"] ?? "";
    return text;
  }
}

export default function openModel() {
  return new SageMakerEndpoint({
    endpointName: sagemaker.endpointName,
    modelKwargs: { temperature: 0.5, max_new_tokens: 700, top_p: 0.9 },
    endpointKwargs: { CustomAttributes: "accept_eula=true" },
    contentHandler: new Llama2Handler(),
    clientOptions: {
      region: process.env["AWS_REGION"],
    },
  });
}
