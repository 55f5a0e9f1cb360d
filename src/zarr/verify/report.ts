/** What verifying finds: its words, and where they are collected. */
import type { ErrorCode, QuarryError } from "../../errors.ts";
import type { NodePath } from "../../metadata/node-name.ts";

export interface VerifyFault {
  /** Path of the array; of the group, where its metadata is at fault. */
  readonly array: NodePath;
  /** Grid coordinates of the shard; `null` where the array is not sharded, or the fault is in its metadata. */
  readonly shard: readonly number[] | null;
  /** Grid coordinates of the chunk (the inner chunk); `null` where a whole shard or a document is at fault. */
  readonly chunk: readonly number[] | null;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface VerifiedArray {
  readonly path: NodePath;
  /** Chunks that are stored (inner chunks, where the array is sharded), damaged ones included. */
  readonly chunks: number;
  /**
   * Chunks that are not stored, which is legal: they hold the fill value. Those of a damaged shard index are not
   * counted, and none are where the array could not be gone through to its end.
   */
  readonly missingChunks: number;
  /** Bytes of the stored chunks or shards. */
  readonly bytes: number;
  /** Bytes of shards that belong neither to a chunk nor to the index, which is legal. */
  readonly unusedBytes: number;
  /** Whether every chunk and index carries a checksum: without, a flipped bit may decode to wrong values. */
  readonly hasChecksums: boolean;
}

export interface Stray {
  readonly path: NodePath;
  readonly bytes: number;
  /**
   * - `unfinished`: left behind by a writer that was killed
   * - `outside`: a chunk or shard beyond the array's shape, as a killed writer or a shrunk array leaves
   * - `unknown`: nothing that belongs in a hierarchy
   */
  readonly kind: "unfinished" | "outside" | "unknown";
}

export interface VerifyReport {
  /** Whether there is no fault. */
  readonly ok: boolean;
  /** Arrays looked at. */
  readonly arrays: number;
  readonly chunks: number;
  readonly bytes: number;
  /** How many faults there are; the list ends after the first 100,000. */
  readonly faultCount: number;
  /** By array, shard and chunk. */
  readonly faults: readonly VerifyFault[];
  readonly details: readonly VerifiedArray[];
  /** Arrays without checksums. */
  readonly unchecked: readonly NodePath[];
  /** Roots of hierarchies whose metadata carries no checksums. */
  readonly unsealed: readonly NodePath[];
  /** Files that no reader looks at, none of them a fault; the first 100,000. */
  readonly strays: readonly Stray[];
}

export interface VerifyProgress {
  readonly chunks: number;
  readonly bytes: number;
  readonly faults: number;
}

/** What hostile input could make without end is not kept without end. */
const LISTED_MAX = 100_000;

export class Findings {
  readonly #faults: VerifyFault[] = [];
  readonly #details: VerifiedArray[] = [];
  readonly #unsealed: NodePath[] = [];
  readonly #strays: Stray[] = [];
  readonly #onProgress: ((progress: VerifyProgress) => void) | undefined;
  #chunks = 0;
  #bytes = 0;
  #faultCount = 0;

  constructor(onProgress?: (progress: VerifyProgress) => void) {
    this.#onProgress = onProgress;
  }

  addFault(fault: VerifyFault): void {
    this.#faultCount += 1;
    if (this.#faults.length < LISTED_MAX) this.#faults.push(fault);
  }

  /** A fault in the words of the error that reading met. */
  addError(
    array: NodePath,
    error: QuarryError,
    place: Partial<Pick<VerifyFault, "shard" | "chunk">> = {},
  ): void {
    this.addFault({
      array,
      shard: place.shard ?? error.shard ?? null,
      chunk: place.chunk ?? error.chunk ?? null,
      code: error.code,
      message: messageOfFault(error),
    });
  }

  addArray(array: VerifiedArray): void {
    this.#details.push(array);
  }

  addUnsealed(root: NodePath): void {
    this.#unsealed.push(root);
  }

  addStray(stray: Stray): void {
    if (this.#strays.length < LISTED_MAX) this.#strays.push(stray);
  }

  /** Notes work done, for those who watch. */
  advance(chunks: number, bytes: number): void {
    this.#chunks += chunks;
    this.#bytes += bytes;
    this.#onProgress?.({ chunks: this.#chunks, bytes: this.#bytes, faults: this.#faultCount });
  }

  report(): VerifyReport {
    const details = this.#details.toSorted(byPath);
    return {
      ok: this.#faultCount === 0,
      arrays: details.length,
      chunks: details.reduce((chunks, array) => chunks + array.chunks, 0),
      bytes: details.reduce((bytes, array) => bytes + array.bytes, 0),
      faultCount: this.#faultCount,
      faults: this.#faults.toSorted(byPlace),
      details,
      unchecked: details.filter((array) => !array.hasChecksums).map((array) => array.path),
      unsealed: this.#unsealed.toSorted(),
      strays: this.#strays.toSorted(byPath),
    };
  }
}

/** An error's message in the report of a command that has done what its last words advise. */
export function messageOfFault({ message }: QuarryError): string {
  return message.replace(ADVICE_TAKEN, "");
}

/** What a reader is told to do, and what has been done here. */
const ADVICE_TAKEN = /; run `quarry verify`$/;

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

function byPlace(a: VerifyFault, b: VerifyFault): number {
  return (
    byPath({ path: a.array }, { path: b.array }) ||
    byCoordinates(a.shard, b.shard) ||
    byCoordinates(a.chunk, b.chunk)
  );
}

/** What concerns the whole comes before what concerns a part. */
function byCoordinates(a: readonly number[] | null, b: readonly number[] | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const axis = a.findIndex((coordinate, i) => coordinate !== b[i]);
  return axis === -1 ? 0 : a[axis]! - b[axis]!;
}
