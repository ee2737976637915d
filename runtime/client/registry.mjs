/**
 * Which function the program gave to which resource: constructing the program fills it, the entry of the bundle
 * asks it for one handler. One registry per bundle; keys as runtime/README.md tells.
 *
 * Invariant: a key stands for one function. Two would mean that the program does not construct here what it did
 * when it was compiled.
 */
const handlers = new Map();
let asked = false;

/** Remembers `fn` under `key`. */
export function register(key, fn) {
  const before = handlers.get(key);
  if (before !== undefined && before !== fn) throw new Error(`two functions are registered as \`${key}\``);
  handlers.set(key, fn);
}

/** The function under `key`, or undefined. */
export function lookup(key) {
  asked = true;
  return handlers.get(key);
}

/** All keys, in the order in which they came. */
export function registered() {
  return [...handlers.keys()];
}

/** Whether the program is still constructing its resources: the entry asks when it is through. */
export function replaying() {
  return !asked;
}
