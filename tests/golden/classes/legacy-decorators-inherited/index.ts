import { Function } from "@plutolang/pluto";
import { Jobs } from "./lib/jobs";

// Each module by the tsconfig.json nearest to it: here decorators are those of the language.
const seen: string[] = [];
function mark(value: unknown, context: ClassMethodDecoratorContext) {
  seen.push(typeof value);
}
class Own {
  @mark run() {
    return seen;
  }
}

new Function(async () => [new Own().run(), await new Jobs().next()], "run");
