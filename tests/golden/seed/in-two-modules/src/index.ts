import { Function } from "@plutolang/pluto";
import { loadQAChain } from "langchain/chains";
import { Document } from "langchain/document";
import { PromptTemplate } from "langchain/prompts";
import openModel from "./model.js";

const ASSISTANT = "<|assistant|>";
const template = PromptTemplate.fromTemplate(`<|system|>
You are a librarian who answers in one sentence.</s>
<|user|>
{query}</s>
${ASSISTANT}`);

new Function(
  async (query) => {
    const model = openModel();
    const chain = template.pipe(model);
    const result = await chain.invoke({ query: query });

    const answer = result
      .substring(result.indexOf(ASSISTANT) + ASSISTANT.length)
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

const docs = [new Document({ pageContent: story })];
const prompt = new PromptTemplate({
  template: questionTemplate,
  inputVariables: ["context", "question"],
});

new Function(
  async (query) => {
    const chain = loadQAChain(openModel(), {
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
