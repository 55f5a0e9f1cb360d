/**
 * A store that fails on command: the n-th call of an operation is refused, torn or answered with damage. What
 * fired is recorded, so that a test can assert that its fault took place at all.
 */
import { QuarryError } from "../../src/errors.ts";
import type {
  AbsolutePath,
  DirectoryEntry,
  GetOptions,
  RangeQuery,
  Store,
  ValuePart,
} from "../../src/store/store.ts";

export type StoreOperation =
  | "get"
  | "getRange"
  | "getTail"
  | "getHead"
  | "set"
  | "delete"
  | "deletePrefix"
  | "listDirectory"
  | "list";

export interface StoreFault {
  readonly operation: StoreOperation;
  /** Which matching call from now on: 1 is the next. Default 1. */
  readonly call?: number;
  /** Only calls for such keys count. */
  readonly key?: RegExp;
  /**
   * - `refuse`: `STORE_FAILED`, nothing done.
   * - `tear`: a `set` writes only the first `bytes` bytes and then fails, as a store that is not atomic does when
   *   its process dies; a read resolves with the first `bytes` bytes of what is there.
   * - `flip`: a read resolves with every bit of byte `byte` turned over.
   * - `lose`: a read resolves with `undefined`; a write resolves and does nothing.
   */
  readonly effect:
    | { readonly kind: "refuse" }
    | { readonly kind: "tear"; readonly bytes: number }
    | { readonly kind: "flip"; readonly byte: number }
    | { readonly kind: "lose" };
}

export class FaultyStore implements Store {
  readonly #store: Store;
  readonly #waiting: { readonly fault: StoreFault; callsLeft: number }[] = [];
  /** The faults that took place, with the key that each one hit. */
  readonly fired: { readonly fault: StoreFault; readonly key: AbsolutePath }[] = [];
  /** Every call in order, faulty or not. */
  readonly calls: { readonly operation: StoreOperation; readonly key: AbsolutePath }[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Arms a fault; it fires once. */
  inject(fault: StoreFault): void {
    this.#waiting.push({ fault, callsLeft: fault.call ?? 1 });
  }

  async get(key: AbsolutePath, options?: GetOptions): Promise<Uint8Array | undefined> {
    const effect = this.#enter("get", key);
    return damaged(await this.#store.get(key, options), effect);
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
    options?: GetOptions,
  ): Promise<Uint8Array | undefined> {
    const effect = this.#enter("getRange", key);
    return damaged(await this.#store.getRange!(key, range, options), effect);
  }

  /** A torn part is of a value that was cut: its size is that of what is left. */
  async getTail(
    key: AbsolutePath,
    lengthBytes: number,
    options?: GetOptions,
  ): Promise<ValuePart | undefined> {
    const effect = this.#enter("getTail", key);
    return damagedPart(await this.#store.getTail!(key, lengthBytes, options), effect);
  }

  async getHead(
    key: AbsolutePath,
    lengthBytes: number,
    options?: GetOptions,
  ): Promise<ValuePart | undefined> {
    const effect = this.#enter("getHead", key);
    return damagedPart(await this.#store.getHead!(key, lengthBytes, options), effect);
  }

  async set(key: AbsolutePath, value: Uint8Array): Promise<void> {
    const effect = this.#enter("set", key);
    if (effect?.kind === "lose") return;
    if (effect?.kind !== "tear") return this.#store.set(key, value);
    await this.#store.set(key, value.subarray(0, effect.bytes));
    throw refusal("set", key);
  }

  async delete(key: AbsolutePath): Promise<void> {
    if (this.#enter("delete", key) === undefined) await this.#store.delete(key);
  }

  async deletePrefix(prefix: AbsolutePath): Promise<void> {
    if (this.#enter("deletePrefix", prefix) === undefined) await this.#store.deletePrefix(prefix);
  }

  async listDirectory(prefix: AbsolutePath): Promise<DirectoryEntry[]> {
    return this.#enter("listDirectory", prefix) === undefined ? this.#store.listDirectory!(prefix) : [];
  }

  async *list(prefix: AbsolutePath): AsyncIterable<AbsolutePath> {
    if (this.#enter("list", prefix) === undefined) yield* this.#store.list!(prefix);
  }

  /** Records the call. Returns the effect that it is to have; a refusal is thrown at once. */
  #enter(operation: StoreOperation, key: AbsolutePath): StoreFault["effect"] | undefined {
    this.calls.push({ operation, key });
    const matching = this.#waiting.filter(
      ({ fault }) => fault.operation === operation && (fault.key?.test(key) ?? true),
    );
    for (const armed of matching) armed.callsLeft -= 1;
    const due = matching.find((armed) => armed.callsLeft === 0);
    if (due === undefined) return undefined;
    this.#waiting.splice(this.#waiting.indexOf(due), 1);
    this.fired.push({ fault: due.fault, key });
    if (due.fault.effect.kind === "refuse") throw refusal(operation, key);
    return due.fault.effect;
  }
}

function damaged(
  value: Uint8Array | undefined,
  effect: StoreFault["effect"] | undefined,
): Uint8Array | undefined {
  if (value === undefined || effect?.kind === "lose") return undefined;
  if (effect?.kind === "tear") return value.slice(0, effect.bytes);
  if (effect?.kind !== "flip") return value;
  if (effect.byte >= value.length) throw new RangeError(`no byte ${effect.byte} in ${value.length} to flip`);
  const flipped = value.slice();
  flipped[effect.byte]! ^= 0xff;
  return flipped;
}

function damagedPart(
  part: ValuePart | undefined,
  effect: StoreFault["effect"] | undefined,
): ValuePart | undefined {
  const bytes = damaged(part?.bytes, effect);
  return part && bytes && { bytes, valueBytes: part.valueBytes - (part.bytes.length - bytes.length) };
}

function refusal(operation: StoreOperation, key: AbsolutePath): QuarryError {
  return new QuarryError("STORE_FAILED", `injected fault in ${operation} of ${key}`, {
    path: key,
    cause: Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" }),
  });
}
