/**
 * Taking a node out of its hierarchy, with all below it.
 *
 *  1. Consolidated metadata and the seal of the groups above, which name it, are taken out.
 *  2. Its document is deleted. From here on it is no node.
 *  3. Everything under its name is deleted.
 *
 * A crash after step 2 leaves keys without a node, which no reader sees and which the next node of that name replaces
 * (`mode: "w"`); never a node that has lost some of its chunks, which would read as the fill value.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { Store } from "../store/store.ts";
import { unconsolidateAbove } from "./change-node.ts";
import { documentKey, requireDocument } from "./node-document.ts";
import { walkNodes } from "./node-tree.ts";
import { inTurn } from "./turn.ts";
import { checkChangeable } from "./writable.ts";

/** @throws QuarryError `NOT_FOUND`, `UNSUPPORTED_FORMAT` for Zarr v2, `STORE_FAILED` */
export async function deleteNode(store: Store, path: NodePath): Promise<void> {
  const paths = new Set<NodePath>();
  for await (const node of walkNodes(store, path)) paths.add(node.path);
  // Those below first: a writer in its turn below takes the turns of the groups above it, never the other way round.
  await inTurns(store, [...paths].reverse(), 0, async () => {
    // A document that cannot be read is no reason to keep the node.
    if ((await store.get(documentKey(path))) === undefined) {
      checkChangeable((await requireDocument(store, path)).metadata, path);
    }
    await unconsolidateAbove(store, path); // Step 1.
    await store.delete(documentKey(path)); // Step 2.
    await store.deletePrefix(path); // Step 3.
  });
}

/** Runs `work` in the turns of all of `paths` from `next` on, taken in their order: a write under way ends first. */
async function inTurns(
  store: Store,
  paths: readonly NodePath[],
  next: number,
  work: () => Promise<void>,
): Promise<void> {
  if (next === paths.length) return work();
  await inTurn(store, paths[next]!, () => inTurns(store, paths, next + 1, work));
}
