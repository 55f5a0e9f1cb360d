/**
 * Indexes of shards, read anew from the store: the native core keeps those that it has read, and a bit that flips
 * on the disk does not change the file's time.
 */
import type { Chain } from "../../codec/chain.ts";
import type { ShardingLayout } from "../../codec/engine.ts";
import { subjectAt } from "../../codec/fault-message.ts";
import { entryOutOfBounds, shardTruncated } from "../../codec/shard-faults.ts";
import { type ErrorPlace, isQuarryError, QuarryError } from "../../errors.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { ReadableStore } from "../../store/store.ts";
import type { StoredObject } from "../../store/stored-objects.ts";
import type { Findings } from "./report.ts";
import { type CheckedEntries, checkEntries, type EntryProblem } from "./shard-entries.ts";

export class ShardIndexes {
  readonly #store: ReadableStore;
  readonly #path: NodePath;
  readonly #sharding: ShardingLayout;
  readonly #chain: Chain;
  readonly #findings: Findings;

  constructor(
    store: ReadableStore,
    path: NodePath,
    sharding: ShardingLayout,
    chain: Chain,
    findings: Findings,
  ) {
    this.#store = store;
    this.#path = path;
    this.#sharding = sharding;
    this.#chain = chain;
    this.#findings = findings;
  }

  /** The index of the shard `object`; undefined where it cannot be read, which is one fault for all its chunks. */
  async read(
    object: StoredObject,
    shard: readonly number[],
    cellsPerShard: readonly number[],
  ): Promise<CheckedEntries | undefined> {
    const place: ErrorPlace = { path: this.#path, shard };
    let pairs: BigUint64Array;
    try {
      pairs = await this.#pairs(object, place);
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      this.#findings.addError(this.#path, error, { shard });
      return undefined;
    }
    const indexBytes = this.#chain.pipeline.encodedBytes!;
    const isAtStart = this.#sharding.indexLocation === "start";
    const begin = isAtStart ? indexBytes : 0;
    const end = isAtStart ? object.bytes : object.bytes - indexBytes;
    const chunkAt = (position: number): number[] => cellAt(position, shard, cellsPerShard);
    return checkEntries(pairs, begin, end, (problem) => {
      const chunkPlace = { ...place, chunk: chunkAt(problem.position) };
      const error =
        problem.overlapped === undefined
          ? entryOutOfBounds(problem.offsetBytes, problem.encodedBytes, object.bytes, chunkPlace)
          : entriesOverlap(problem, chunkAt(problem.overlapped), chunkPlace);
      this.#findings.addError(this.#path, error);
    });
  }

  async #pairs(object: StoredObject, place: ErrorPlace): Promise<BigUint64Array> {
    const indexBytes = this.#chain.pipeline.encodedBytes!;
    if (object.bytes < indexBytes) throw shardTruncated(object.bytes, indexBytes, place);
    const offset = this.#sharding.indexLocation === "start" ? 0 : object.bytes - indexBytes;
    const encoded =
      this.#store.getRange === undefined
        ? (await this.#store.get(object.key))?.subarray(offset, offset + indexBytes)
        : await this.#store.getRange(object.key, { offset, length: indexBytes });
    const foundBytes = encoded?.length ?? 0;
    // The shard has changed since it was listed.
    if (foundBytes < indexBytes) throw shardTruncated(foundBytes, indexBytes, place);
    const decoded = await this.#chain.decode(encoded!, place);
    // A copy, since the bytes may begin anywhere.
    return new BigUint64Array(decoded.slice().buffer);
  }
}

function entriesOverlap(problem: EntryProblem, other: readonly number[], place: ErrorPlace): QuarryError {
  const { offsetBytes, encodedBytes } = problem;
  return new QuarryError(
    "SHARD_INDEX_CORRUPT",
    `the index says that ${subjectAt("chunk", place)} has ${encodedBytes} bytes at offset ${offsetBytes}, where the bytes of chunk [${other.join(", ")}] are`,
    place,
  );
}

/** Grid coordinates in the array of the cell at `position` of a shard. */
function cellAt(position: number, shard: readonly number[], cellsPerShard: readonly number[]): number[] {
  let rest = position;
  const cell = shard.map(() => 0);
  for (let axis = cell.length - 1; axis >= 0; axis--) {
    const cells = cellsPerShard[axis]!;
    cell[axis] = shard[axis]! * cells + (rest % cells);
    rest = Math.floor(rest / cells);
  }
  return cell;
}
