import { randomUUID } from "node:crypto";
import { HttpResponse, KVStore, Router } from "@plutolang/pluto";
import { Note, noteOf, parse } from "./note";

// Values by key: on AWS, a DynamoDB table.
const notes = new KVStore("notes");

// An HTTP API: each route is a function of its own, with the permissions that its own code needs.
const api = new Router("api");

function reply(statusCode: number, body: unknown): HttpResponse {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

const NOT_FOUND = reply(404, { error: "there is no such note" });
const NOT_A_NOTE = reply(400, { error: 'a note is {"text": "…"}' });

async function find(id: string): Promise<Note | null> {
  const saved = await notes.get(id).catch(() => null); // `get` rejects where there is no such key
  return saved === null ? null : parse(saved);
}

// Create: POST /notes {"text": "…"}
api.post("/notes", async ({ body }) => {
  const note = noteOf(randomUUID(), body);
  if (!note) return NOT_A_NOTE;
  await notes.set(note.id, JSON.stringify(note));
  return reply(201, note);
});

// Read: GET /notes/<id>
api.get("/notes/:id", async ({ params }) => {
  const note = await find(params.id);
  return note ? reply(200, note) : NOT_FOUND;
});

// Change: PUT /notes/<id> {"text": "…"}
api.put("/notes/:id", async ({ params, body }) => {
  const note = noteOf(params.id, body);
  if (!note) return NOT_A_NOTE;
  if (!(await find(note.id))) return NOT_FOUND;
  await notes.set(note.id, JSON.stringify(note));
  return reply(200, note);
});

// Delete: DELETE /notes/<id>
api.delete("/notes/:id", async ({ params }) => {
  await notes.delete(params.id);
  return { statusCode: 204, body: "" };
});
