import { users } from "./users";

export default class {
  constructor(private id: string) {}
  name() {
    return users.get(this.id);
  }
}
