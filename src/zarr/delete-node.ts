/**
 * Taking a node out of its hierarchy, with all below it.
 *
 *  1. Consolidated metadata and the seal of the groups above, which name it, are taken out (`beneathGroups`).
 *  2. Its document is deleted. From here on it is no node.
 *  3. Everything under its name is deleted.
 *
 * A crash after step 2 leaves keys without a node, which no reader sees and which the next node of that name replaces
 * (`mode: "w"`); never a node that has lost some of its chunks, which would read as the fill value.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { Store } from "../store/store.ts";
import { beneathGroups } from "./change-node.ts";
import { documentKey, requireDocument } from "./node-document.ts";
import { pathsFrom } from "./node-tree.ts";
import { inTurns } from "./turn.ts";
import { checkChangeable } from "./writable.ts";

/** @throws QuarryError `NOT_FOUND`, `UNSUPPORTED_FORMAT` for Zarr v2, `STORE_FAILED` */
export async function deleteNode(store: Store, path: NodePath): Promise<void> {
  let goes = await pathsFrom(store, path);
  // Writes under way in what goes end first. A node may have come below meanwhile: then its turn is needed as well.
  for (let isDone = false; !isDone; ) {
    isDone = await inTurns(store, goes, async () => {
      const now = await pathsFrom(store, path);
      if (now.some((each) => !goes.includes(each))) {
        goes = now;
        return false;
      }
      // A document that cannot be read is no reason to keep the node.
      if ((await store.get(documentKey(path))) === undefined) {
        checkChangeable((await requireDocument(store, path)).metadata, path);
      }
      await beneathGroups(store, path, async () => {
        await store.delete(documentKey(path)); // Step 2.
        await store.deletePrefix(path); // Step 3.
      });
      return true;
    });
  }
}
