import { KVStore, Router } from "@plutolang/pluto";

class Notes {
  private readonly store: KVStore;
  static readonly PREFIX = "note:";

  constructor(name: string) {
    this.store = new KVStore(name);
  }

  add = async (text: string) => {
    await this.store.set(Notes.PREFIX + Date.now(), text);
    return { statusCode: 201, body: text };
  };

  async last() {
    return { statusCode: 200, body: await this.store.get(Notes.PREFIX) };
  }
}

const notes = new Notes("notes");
const router = new Router("api");
router.post("/notes", notes.add);
router.get("/notes", () => notes.last());
router.get("/notes/last", notes.last.bind(notes));
