// Libraries: what a function does not use is not carried; what a library was called for its effect stays.
import { Function, KVStore, Router, SageMaker } from "@plutolang/pluto";
import { loadQAChain } from "langchain/chains";
import { PromptTemplate } from "langchain/prompts";
import { SageMakerEndpoint, type LLM } from "langchain/llms/sagemaker_endpoint";
import express, { json } from "express";
import serverless from "serverless-http";
import { Provider } from "tracing";
import { defaults } from "lodash";
import * as dotenv from "dotenv";
import { EventEmitter } from "node:events";
import { createHash } from "node:crypto";
import "reflect-metadata";

dotenv.config();
const provider = new Provider({ name: "p" });
provider.register();

const model = new SageMaker("model", "123456789012.dkr.ecr.us-east-1.amazonaws.com/r:t", { instanceType: "ml.m5.large" });
const notes = new KVStore("notes");
const router = new Router("api");

const llm: LLM = new SageMakerEndpoint({ endpointName: model.endpointName });
const prompt = PromptTemplate.fromTemplate("{q}");
const chain = loadQAChain(llm, { prompt });
const { memory, history = [] } = chain.parts();

const app = express();
app.use(json());
app.get("/x", (...args: unknown[]) => notes.get(String(args.length)));
const handler = serverless(app);

const options: Record<string, unknown> = { a: 1 };
defaults(options, { b: 2 });
const bus = new EventEmitter();
bus.on("x", () => bus.emit("y"));
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

async function chat(q: string) {
  return chain.call({ q });
}
const chatFunction = new Function(chat, "chat");
new Function(async (q: string) => llm.call(q), "plain");
new Function(async () => [memory, history], "memory");
new Function(async (...args: unknown[]) => handler(...args), "web");
new Function(handler, "direct");
new Function(async () => options, "options");
new Function(async () => bus.listenerCount("x"), "bus");
new Function(async () => digest("x"), "digest");
new Function(async (k: string) => notes.get(k), "notes");
router.get("/ask", async () => ({ statusCode: 200, body: await chatFunction.invoke("x") }));
router.get("/hello", async () => ({ statusCode: 200, body: "hello" }));
