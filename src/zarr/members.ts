/** Finding the nodes below a group by listing the store. */
import { isQuarryError, QuarryError } from "../errors.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { breathe } from "./breathe.ts";
import { type NodeDocument, readNode } from "./node-document.ts";

/**
 * Every node up to `depth` levels below the group at `path`, by its path relative to the group, with its metadata and
 * the documents that it came from: a parent before its children, siblings sorted. A directory without a document is no
 * node (there are no implicit groups).
 * A node that cannot be read is no reason not to list the others: its error comes at the end.
 * @throws QuarryError `STORE_FAILED` where the store cannot list; what reading a node's document throws
 */
export async function* listMembers(
  store: ReadableStore,
  path: NodePath,
  depth: number,
  prefix = "",
): AsyncGenerator<[string, NodeDocument], void, undefined> {
  if (store.listDirectory === undefined) {
    throw new QuarryError(
      "STORE_FAILED",
      `the store of ${path} cannot list, and ${path} is not consolidated`,
      {
        path,
      },
    );
  }
  if (depth < 1) return;
  let firstFault: QuarryError | undefined;
  for (const entry of await store.listDirectory(path)) {
    if (entry.kind !== "directory") continue;
    await breathe();
    try {
      const node = await readNode(store, childPath(path, entry.name));
      if (node === undefined) continue;
      const name = `${prefix}${entry.name}`;
      yield [name, node];
      if (node.metadata.nodeType === "group") {
        yield* listMembers(store, childPath(path, entry.name), depth - 1, `${name}/`);
      }
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      firstFault ??= error;
    }
  }
  if (firstFault !== undefined) throw firstFault;
}
