import type { SageMaker } from "@plutolang/pluto";
import type { Turn } from "./conversation";

// Speaks the chat format of TinyLlama with a model on an endpoint.
export class ChatModel {
  constructor(private readonly endpoint: SageMaker) {}

  async answer(turns: Turn[]): Promise<string> {
    const inputs = [...turns.map(({ role, text }) => `<|${role}|>\n${text}</s>`), "<|assistant|>"].join("\n");
    const parameters = { max_new_tokens: 300, return_full_text: false };
    const [first] = await this.endpoint.invoke({ inputs, parameters });
    return first?.generated_text?.trim() ?? "";
  }
}
