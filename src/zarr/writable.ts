import { QuarryError } from "../errors.ts";
import type { ReadableStore, Store } from "../store/store.ts";

/**
 * That a node's store may be written to.
 * @throws QuarryError `READ_ONLY`
 */
export function checkWritable(store: ReadableStore, path: string): asserts store is Store {
  if (store.readOnly !== true && "set" in store) return;
  throw new QuarryError("READ_ONLY", `${path} was opened for reading only; open it with { mode: "r+" }`, {
    path,
  });
}
