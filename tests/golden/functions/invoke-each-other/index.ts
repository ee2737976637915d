import { Function } from "@plutolang/pluto";

const even = new Function(async (n: number): Promise<boolean> => n === 0 || odd.invoke(n - 1), "even");
const odd = new Function(async (n: number): Promise<boolean> => n !== 0 && even.invoke(n - 1), "odd");
