export let stage = "test";
export function promote() {
  stage = "live";
}
