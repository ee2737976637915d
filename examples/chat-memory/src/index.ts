import { HttpRequest, HttpResponse, KVStore, Router, SageMaker } from "@plutolang/pluto";
import { ChatModel } from "./model";
import { Conversation } from "./conversation";

const model = new SageMaker(
  "tiny-llama",
  "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04",
  {
    instanceType: "ml.m5.xlarge",
    envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" },
  }
);
const conversations = new KVStore("conversations");
const router = new Router("chat");

const chat = new ChatModel(model);

function reply(statusCode: number, body: unknown): HttpResponse {
  return { statusCode, body: JSON.stringify(body) };
}

function sessionOf(request: HttpRequest): string {
  const session = request.query["session"];
  return (Array.isArray(session) ? session[0] : session) ?? "anonymous";
}

// Say something; the answer takes into account what was said before.
router.post("/say", async (request: HttpRequest) => {
  if (!request.body) return reply(400, { error: "say something" });
  const conversation = await Conversation.load(conversations, sessionOf(request));
  conversation.add("user", request.body);
  const answer = await chat.answer(conversation.turns);
  conversation.add("assistant", answer);
  await conversation.save();
  return reply(200, { answer });
});

// What was said so far.
router.get("/history", async (request: HttpRequest) => {
  const { turns } = await Conversation.load(conversations, sessionOf(request));
  return reply(200, turns);
});

// Start anew.
router.delete("/history", async (request: HttpRequest) => {
  await new Conversation(conversations, sessionOf(request)).save();
  return reply(204, null);
});
