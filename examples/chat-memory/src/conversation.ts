import type { KVStore } from "@plutolang/pluto";

export interface Turn {
  role: "user" | "assistant";
  text: string;
}

const REMEMBERED = 20;

// The last turns of one session, kept in a store.
export class Conversation {
  turns: Turn[] = [];

  constructor(
    private readonly store: KVStore,
    private readonly session: string
  ) {}

  static async load(store: KVStore, session: string): Promise<Conversation> {
    const conversation = new Conversation(store, session);
    const saved = await store.get(session).catch(() => null);
    if (saved) conversation.turns = JSON.parse(saved);
    return conversation;
  }

  add(role: Turn["role"], text: string): void {
    this.turns = [...this.turns, { role, text }].slice(-REMEMBERED);
  }

  save() {
    return this.store.set(this.session, JSON.stringify(this.turns));
  }
}
