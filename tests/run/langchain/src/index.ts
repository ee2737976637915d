// A chat bot that remembers, all of it LangChain's: the prompt, the history in a table, the model.
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";
import { DynamoDBChatMessageHistory } from "@langchain/community/stores/message/dynamodb";
import type { BaseMessage } from "@langchain/core/messages";
import { RunnableLambda, RunnableWithMessageHistory } from "@langchain/core/runnables";
import { type HttpRequest, KVStore, Router, SageMaker } from "@plutolang/pluto";

const llama = new SageMaker(
  "llama",
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04",
  { instanceType: "ml.m5.xlarge", envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0" } }
);
const sessions = new KVStore("sessions");
const api = new Router("bot");

const ROLES: Record<string, string> = { human: "user", ai: "assistant" };
const turn = (role: string, text: unknown) => `<|${role}|>\n${text}</s>`;

const prompt = new RunnableLambda({
  func: ({ history, input }: { history: BaseMessage[]; input: string }) =>
    [
      turn("system", "You are kind."),
      ...history.map((message) => turn(ROLES[message.getType()]!, message.content)),
      turn("user", input),
      "<|assistant|>",
    ].join("\n"),
});

const model = () =>
  new SageMakerEndpoint({
    endpointName: llama.endpointName,
    modelKwargs: { max_new_tokens: 200, return_full_text: false },
    clientOptions: { region: process.env["AWS_REGION"] },
    contentHandler: {
      contentType: "application/json",
      accepts: "application/json",
      transformInput: async (inputs, parameters) => new TextEncoder().encode(JSON.stringify({ inputs, parameters })),
      transformOutput: async (output) => JSON.parse(new TextDecoder().decode(output as Uint8Array))[0].generated_text.trim(),
    },
  });

const historyOf = (sessionId: string) =>
  new DynamoDBChatMessageHistory({
    tableName: sessions.awsTableName,
    partitionKey: sessions.awsPartitionKey,
    sessionId,
  });

const chat = () =>
  new RunnableWithMessageHistory({
    runnable: prompt.pipe(model()),
    getMessageHistory: historyOf,
    inputMessagesKey: "input",
    historyMessagesKey: "history",
  });

api.post("/:session", async ({ params, body }: HttpRequest) => ({
  statusCode: 200,
  body: await chat().invoke({ input: body ?? "" }, { configurable: { sessionId: params["session"] } }),
}));

api.get("/:session", async ({ params }: HttpRequest) => {
  const messages = await historyOf(params["session"]!).getMessages();
  return { statusCode: 200, body: JSON.stringify(messages.map((message) => [message.getType(), message.content])) };
});

api.delete("/:session", async ({ params }: HttpRequest) => {
  await historyOf(params["session"]!).clear();
  return { statusCode: 204, body: null };
});
