export interface Note {
  id: string;
  text: string;
}

// What was sent, if it is a note.
export function noteOf(id: string, body: string | null): Note | null {
  const sent = parse(body ?? "");
  return sent && typeof sent.text === "string" ? { id, text: sent.text } : null;
}

export function parse(text: string): Note | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
