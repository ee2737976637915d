import { SageMaker, Function } from "@plutolang/pluto";
import { loadQAChain } from "langchain/chains";
import { Document } from "langchain/document";
import { PromptTemplate } from "langchain/prompts";
import {
  SageMakerEndpoint,
  SageMakerLLMContentHandler,
} from "@langchain/community/llms/sagemaker_endpoint";

// Without the call after `return`: that endpointName reaches LangChain is enough.
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

async function openModel() {
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

const chatFunction = new Function(
  async (query) => {
    const model = await openModel();
    const template = PromptTemplate.fromTemplate(`<|system|>
You are a librarian who answers in one sentence.</s>
<|user|>
{query}</s>
<|assistant|>`);

    const chain = template.pipe(model);
    const result = await chain.invoke({ query: query });

    const answer = result
      .substring(result.indexOf("<|assistant|>") + "<|assistant|>".length)
      .trim();
    return answer;
  },
  {
    name: "chatbot",
  }
);

const story = `
The ferry to the island leaves at nine and comes back at four. Only the captain knows the way between the rocks.
In winter it stays in the harbour for weeks.
`;

const questionTemplate = `Answer the question from these notes.

{context}

Question: {question}
Answer:`;

const qaFunction = new Function(
  async (query) => {
    const docs = [new Document({ pageContent: story })];

    const prompt = new PromptTemplate({
      template: questionTemplate,
      inputVariables: ["context", "question"],
    });

    const chain = loadQAChain(await openModel(), {
      type: "stuff",
      prompt: prompt,
    });

    const result = await chain.invoke({ input_documents: docs, question: query });
    return result["text"];
  },
  {
    name: "qa",
  }
);
