import { base } from "lib-base";
export default class Thing {
  constructor(public name: string) {}
}
export function helper() {
  return "thing";
}
export const never = base();
