/**
 * How many invocations there may be at once, and which of them code belongs to.
 */
import { isOurs } from "./stacks.mjs";

isOurs(import.meta.url);

/** The bootstrap's sockets are the descriptors from `FIRST_DESCRIPTOR` on, one a slot. */
export const SLOTS = Math.max(1, Number.parseInt(process.env.PLUTO_SLOTS, 10) || 1);
export const FIRST_DESCRIPTOR = 3;
delete process.env.PLUTO_SLOTS;

/** What bootstrap calls itself where it may lend its connection, which is then behind the sockets, with the note. */
export const CLIENT = process.env.PLUTO_LENT;
delete process.env.PLUTO_LENT;
export const CONNECTION = FIRST_DESCRIPTOR + SLOTS;
export const NOTE = CONNECTION + 1;
export const DESCRIPTORS_END = CLIENT ? NOTE + 1 : CONNECTION;

export const REQUEST_ID = Symbol.for("_AWS_LAMBDA_REQUEST_ID");
export const TRACE_ID = Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID");
export const TENANT_ID = Symbol.for("_AWS_LAMBDA_TENANT_ID");

/**
 * The fields of the current invocation, in the shape in which AWS's SDK looks for it. With one slot it is whichever
 * came last, so that sockets and pools which outlive an invocation log under the one that uses them now; with
 * several it follows the chain of calls.
 */
class InvokeStore {
  static PROTECTED_KEYS = { REQUEST_ID, X_RAY_TRACE_ID: TRACE_ID, TENANT_ID };
  #chain = SLOTS > 1 ? new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)() : null;
  #last;

  getContext() {
    return this.#chain ? this.#chain.getStore() : this.#last;
  }
  hasContext() {
    return this.getContext() !== undefined;
  }
  get(key) {
    return this.getContext()?.[key];
  }
  set(key, value) {
    if (Object.values(InvokeStore.PROTECTED_KEYS).includes(key))
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    if (!this.hasContext()) throw new Error("No context available");
    this.getContext()[key] = value;
  }
  run(fields, work) {
    if (this.#chain) return this.#chain.run(fields, work);
    this.#last = fields;
    return work();
  }
  getRequestId() {
    return this.get(REQUEST_ID) ?? "-";
  }
  getXRayTraceId() {
    return this.get(TRACE_ID);
  }
  getTenantId() {
    return this.get(TENANT_ID);
  }
}

export const store = new InvokeStore();
