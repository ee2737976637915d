import { Function, SageMaker } from "@plutolang/pluto";
import { SageMakerEndpoint, SageMakerLLMContentHandler } from "@langchain/community/llms/sagemaker_endpoint";
import { loadQAChain } from "langchain/chains";
import { Document } from "langchain/document";
import { PromptTemplate } from "langchain/prompts";

// One language model on one endpoint. TinyLlama answers on a machine without a GPU; for the models of
// Meta choose a larger instance and give the token by an environment variable:
//
//   Llama 2  7B   ml.g5.2xlarge    1 GPU
//   Llama 2 13B   ml.g5.12xlarge   4 GPUs
//   Llama 2 70B   ml.g5.48xlarge   8 GPUs, with HF_MODEL_QUANTIZE: "bitsandbytes"
const llama = new SageMaker(
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

const ASSISTANT = "<|assistant|>";

// What goes over the wire to the model's container, and what comes back.
class TextGeneration implements SageMakerLLMContentHandler {
  contentType = "application/json";
  accepts = "application/json";

  async transformInput(prompt: string, modelKwargs: Record<string, unknown>): Promise<Uint8Array> {
    return new TextEncoder().encode(JSON.stringify({ inputs: prompt, parameters: modelKwargs }));
  }

  async transformOutput(output: any): Promise<string> {
    const [answer] = JSON.parse(new TextDecoder("utf-8").decode(output));
    return answer?.generated_text ?? "";
  }
}

// The model as LangChain sees it. That this is a use of the endpoint follows from `endpointName`.
function connect(): SageMakerEndpoint {
  return new SageMakerEndpoint({
    endpointName: llama.endpointName,
    modelKwargs: { temperature: 0.5, max_new_tokens: 700, top_p: 0.9, return_full_text: false },
    endpointKwargs: { CustomAttributes: "accept_eula=true" },
    contentHandler: new TextGeneration(),
    clientOptions: { region: process.env["AWS_REGION"] },
  });
}

const chatPrompt = PromptTemplate.fromTemplate(`<|system|>
You are a patient teacher. Answer in one or two plain sentences.</s>
<|user|>
{question}</s>
${ASSISTANT}`);

// curl -X POST "$URL" -H 'content-type: application/json' -d '["Why is the sky blue?"]'
new Function(
  async (question: string) => {
    const reply: string = await chatPrompt.pipe(connect()).invoke({ question });
    const start = reply.indexOf(ASSISTANT);
    return reply.slice(start < 0 ? 0 : start + ASSISTANT.length).trim();
  },
  { name: "chatbot" }
);

const lighthouse = `
The lighthouse on Hook Head has stood for eight hundred years. Monks kept the first fires burning there.
Its light was lit with coal until 1791, then with whale oil, gas and paraffin; since 1972 it has been electric.
The last keepers climbed down its 115 steps for good in 1996, when the light began to run by itself.
`;

const documentPrompt = new PromptTemplate({
  template: `Answer from the text alone. Say so where it does not tell.

{context}

Question: {question}
Answer:`,
  inputVariables: ["context", "question"],
});

// curl -X POST "$URL" -H 'content-type: application/json' -d '["When did the last keepers leave?"]'
new Function(
  async (question: string) => {
    const chain = loadQAChain(connect(), { type: "stuff", prompt: documentPrompt });
    const input_documents = [new Document({ pageContent: lighthouse })];
    const { text } = await chain.invoke({ input_documents, question });
    return text;
  },
  { name: "qa" }
);
