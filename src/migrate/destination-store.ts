/**
 * The hierarchy that a migration writes: its documents, and what they say of the migration when it is done.
 *
 * The root's attributes have, beside the source's own,
 *
 *     "quarry": { "migration": { "identity": "<sha256>", "source_format": "Zarr v2", "verified": true,
 *                                "sha256": { "data": "…", … } } }
 *
 * by which a finished destination is known, and, where something was lost, `"lost_rows": { "data": [[150, 300]], … }`,
 * which each of these arrays has as well, for its own rows.
 */
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { FileSystemStore } from "../store/file-system-store.ts";
import { ZarrArray } from "../zarr/array.ts";
import { consolidate } from "../zarr/consolidate.ts";
import { readNode, writeNode } from "../zarr/node-document.ts";
import { lostRowsAttribute, lostRowsOf } from "./lost-rows.ts";
import type { RowRange, SourceFault } from "./report.ts";
import type { SourceGroup } from "./source.ts";
import type { StorePlan } from "./store-plan.ts";
import { storedSizes } from "./stored-sizes.ts";

/** What a destination says of the migration that made it. */
export interface MigrationRecord {
  readonly identity: string;
  readonly verified: boolean;
  /** By the arrays' paths without their first slash; empty where nothing was verified. */
  readonly sha256: Readonly<Record<string, string>>;
  /** By the same paths. */
  readonly lostRows: Readonly<Record<string, readonly RowRange[]>>;
}

export class DestinationStore {
  readonly directory: string;
  readonly #store: FileSystemStore;

  constructor(directory: string) {
    this.directory = directory;
    this.#store = new FileSystemStore(directory);
  }

  /** Writes the documents of all nodes; what is there of an interrupted migration is replaced. */
  async writeDocuments({ source, arrays }: StorePlan): Promise<void> {
    for (const { path, attributes } of source.groups) await this.#writeGroup(path, attributes);
    for (const { source: array, destination } of arrays)
      await writeNode(this.#store, array.path, destination);
  }

  /** A new handle, which knows nothing of what others have read or written. */
  array(path: NodePath, metadata: ArrayMetadata): ZarrArray {
    return new ZarrArray(this.#store, path, metadata);
  }

  async storedBytes(path: NodePath): Promise<number> {
    return (await storedSizes(this.#store, path)).bytes;
  }

  /** Says in the documents what was migrated and lost, and seals them. */
  async finish(
    plan: StorePlan,
    sha256: ReadonlyMap<NodePath, string>,
    faults: readonly SourceFault[],
  ): Promise<void> {
    const record: JsonObject = {
      identity: plan.identity,
      source_format: plan.source.format,
      verified: sha256.size === plan.arrays.length,
      sha256: Object.fromEntries([...sha256].map(([path, hash]) => [path.slice(1), hash])),
    };
    for (const { source, destination } of plan.arrays) {
      const lost = lostRowsOf(source.path, faults);
      const isRoot = source.path === "/";
      if (lost.length === 0 && !isRoot) continue;
      const { attributes } = destination;
      await writeNode(this.#store, source.path, {
        ...destination,
        attributes: {
          ...attributes,
          ...(lost.length > 0 && { lost_rows: lostRowsAttribute(attributes.lost_rows, lost) }),
          ...(isRoot && { quarry: { ...objectOr(attributes.quarry), migration: record } }),
        },
      });
    }
    const root = plan.source.groups.find(({ path }) => path === "/");
    if (root === undefined) return;
    await this.#writeGroup("/", rootAttributes(root, record, faults));
    await consolidate(this.#store, "/");
  }

  async #writeGroup(path: NodePath, attributes: JsonObject): Promise<void> {
    await writeNode(this.#store, path, { nodeType: "group", attributes, consolidated: undefined });
  }
}

/** What the store in `directory` says of the migration that made it; undefined where none did. */
export async function migrationRecordOf(directory: string): Promise<MigrationRecord | undefined> {
  let metadata: NodeMetadata | undefined;
  try {
    metadata = (await readNode(new FileSystemStore(directory), "/"))?.metadata;
  } catch {
    // Whatever it is, it is not what a migration has finished.
    return undefined;
  }
  const quarry = metadata?.attributes.quarry;
  const record = isJsonObject(quarry) ? quarry.migration : undefined;
  if (!isJsonObject(record) || typeof record.identity !== "string") return undefined;
  return {
    identity: record.identity,
    verified: record.verified === true,
    sha256: objectOr(record.sha256) as Record<string, string>,
    lostRows: objectOr(metadata!.attributes.lost_rows) as unknown as Record<string, RowRange[]>,
  };
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function rootAttributes(
  { attributes }: SourceGroup,
  record: JsonObject,
  faults: readonly SourceFault[],
): JsonObject {
  const { quarry, ...others } = attributes;
  const arrays = [...new Set(faults.map(({ array }) => array))];
  const lost = arrays
    .map((array) => [array.slice(1), lostRowsOf(array, faults).map((range) => [...range])] as const)
    .filter(([, ranges]) => ranges.length > 0);
  return {
    ...others,
    ...(lost.length > 0 && { lost_rows: Object.fromEntries(lost) }),
    quarry: { ...objectOr(quarry), migration: record },
  };
}
