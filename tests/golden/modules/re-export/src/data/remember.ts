import { users } from "./users";

export async function remember(id: string) {
  await users.set(id, "seen");
}
