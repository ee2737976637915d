import { KVStore } from "@plutolang/pluto";

class Range {
  constructor(private from: number, private to: number) {}
  *[Symbol.iterator]() {
    for (let i = this.from; i <= this.to; i++) yield i;
  }
}
for (const n of new Range(3, 5)) new KVStore(`n-${n}`);
const [first] = new Range(7, 9);
new KVStore(`first-${first}`);
