/** An object at the end of an array (a shard, or a chunk of an array without shards), as rows come in. */

/** A cell as a publish gives it. */
export interface NewCell {
  /** In C order, inside the object. */
  readonly position: number;
  /** Undefined where it holds nothing but the fill value. */
  readonly encoded: Uint8Array | undefined;
  /** Whether no row will come into it any more. */
  readonly isComplete: boolean;
}

export interface TailObject {
  readonly path: string;
  /**
   * Puts `cells` on the disk where no reader looks; those of earlier calls stay as they are. Complete cells come once,
   * in C order.
   * @param readWhole whether readers of the committed rows may take the whole object in one piece
   */
  stage(cells: readonly NewCell[], readWhole: boolean): Promise<StagedObject>;
  /**
   * Leaves no byte that is not needed: the object is then what a writer of all rows at once gives.
   * @param keepPlaces only if no cell has to move, so that a reader in between two requests finds what it looks for
   * @returns false where that cannot be
   */
  seal(keepPlaces: boolean): Promise<boolean>;
  close(): Promise<void>;
}

/** What one publish has put on the disk for an object. */
export interface StagedObject {
  /** Present where a page of a file is replaced in place: what a power cut in the middle of that may damage. */
  readonly page: ReplacedPage | undefined;
  /** Readers that take the whole object in one piece must be given time to end before {@link show}. */
  readonly mustSettle: boolean;
  /** Shows it to readers: from here on they see the new cells, and the old ones where those have been. */
  show(): Promise<void>;
}

export interface ReplacedPage {
  readonly path: string;
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

/** What all objects of a writer share. */
export interface TailClock {
  /** Milliseconds of a clock that does not jump. */
  nowMs(): number;
  /** How long a reader may take from an index to the chunks that it points to. */
  readonly graceMs: number;
}
