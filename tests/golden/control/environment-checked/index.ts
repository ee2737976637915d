import { Function, SageMaker } from "@plutolang/pluto";

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

// For the model's container alone: a function that asks the model does without it.
const token = need("HF_TOKEN");
const settings = { region: need("SHOP_REGION"), key: need("MODEL_KEY"), shape: process.env.SHAPE };
const key = need("API_KEY");
if (need("STAGE").length > 20) throw new Error("STAGE is too long");

const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2";
const llama = new SageMaker("llama", image, {
  envs: { HF_TOKEN: token, KEY: settings.key, SHAPE: settings.shape },
});

new Function(async (q: string) => llama.invoke({ inputs: q }), "ask");
new Function(async () => settings.region, "region");
new Function(async () => fetch("https://example.com", { headers: { key } }), "call");
