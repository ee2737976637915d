import { even, log } from "./even";

export async function odd(n: number): Promise<boolean> {
  await log.get("odd");
  return n === 0 ? false : even(n - 1);
}
