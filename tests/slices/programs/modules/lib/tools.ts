import { two as lib } from "lib-two";
export const one = () => "one";
export function two() {
  return lib();
}
export default class {}
