import { KVStore, Function } from "@plutolang/pluto";

const all = {
  data: { users: new KVStore("users"), list: [new KVStore("l0"), new KVStore("l1"), new KVStore("l2")] },
  other: new KVStore("other"),
};
const {
  data: {
    users,
    list: [, second, ...rest],
  },
  ...remaining
} = all;

new Function(async () => users.get("k"), "users");
new Function(async () => second.get("k"), "second");
new Function(async () => rest[0].get("k"), "rest");
new Function(async () => remaining.other.get("k"), "remaining");
