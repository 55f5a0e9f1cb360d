/**
 * What a crash leaves, of the operations that a writer had asked for.
 *
 * **A killed process**: what was done is done. Of what was under way each operation may have happened or not; a write may
 * have happened up to any byte.
 *
 * **A power cut**: what a completed sync covers is there:
 *  - `sync` (fdatasync) covers the content and the size of a file, as they were when it was asked for;
 *  - `syncDirectory` covers names that were made, changed and removed in one directory before it was asked for;
 *  - `replacePage` covers its page by itself.
 * All else may be there or not, each operation apart from the others, in whatever order they were done: a rename takes the
 * name from one to the other in one piece; of a write each 512-byte sector may be the old one or the new one, and the size
 * of the file the old one or the new one, with zeros where no sector has come. The page of a `replacePage` that is under
 * way is any mixture of its old and its new sectors. A name that is lost takes what lies below it along, synced or not.
 */
import { createHash } from "node:crypto";
import { Disk, type DiskImage, type Fate, type History, type Operation, partsOf } from "./disk.ts";

export interface CrashState {
  /** How many operations were done. */
  readonly at: number;
  readonly label: string;
  /** What this disk has been through: nothing can be lost any more where the power was cut. */
  readonly history: History;
  /** Whether a page is a mixture of its old and its new sectors. */
  readonly isTorn: boolean;
  /** The disk. */
  readonly image: () => DiskImage;
}

/** Crash points from the beginning of the record on. */
interface Points {
  readonly from?: number;
  readonly to?: number;
}

/** Every state that a killed process can leave, but for the bytes up to which a write under way has come: some of them. */
export function* killStates(history: History, { from = 0, to = history.operations.length }: Points = {}) {
  const { operations } = history;
  for (let at = from; at <= to; at++) {
    const pending = pendingAt(operations, at);
    yield killState(history, at, new Map(), "nothing more");
    for (const index of pending) {
      const operation = operations[index]!;
      yield killState(history, at, new Map([[index, true]]), `${named(operation)} as well`);
      if (operation.kind !== "write") continue;
      for (const firstBytes of cutsOf(operation)) {
        const label = `${firstBytes} bytes of ${named(operation)}`;
        yield killState(history, at, new Map([[index, { firstBytes }]]), label);
      }
    }
    if (pending.length > 1) {
      yield killState(history, at, new Map(pending.map((index) => [index, true])), "all that was under way");
    }
  }
}

/**
 * States that a power cut can leave: all that may be lost is, or nothing is; each single part lost, and each single part
 * kept; and `subsets` of them that are drawn for each point.
 */
export function* powerStates(
  history: History,
  { from = 0, to = history.operations.length, subsets, singles, seed }: Points & PowerChoice,
): Generator<CrashState> {
  const { operations } = history;
  const coveredAt = coverage(operations);
  const random = randomFrom(seed);
  for (let at = from; at <= to; at++) {
    const open = new Map<number, number>();
    for (let index = 0; index < at; index++) {
      const parts = partsOf(operations[index]!);
      if (parts > 0 && coveredAt[index]! >= at) open.set(index, parts);
    }
    for (const index of pendingAt(operations, at)) {
      const parts = partsOf(operations[index]!);
      if (parts > 0) open.set(index, parts);
    }
    const parts = [...open].flatMap(([index, count]) =>
      Array.from({ length: count }, (_, part) => ({ index, part })),
    );
    const state = (label: string, isKept: (position: number) => boolean) =>
      powerState(
        history,
        at,
        open,
        parts.filter((_, position) => isKept(position)),
        label,
      );
    yield state("all lost", () => false);
    yield state("all kept", () => true);
    for (const [position, { index, part }] of singles ? parts.entries() : []) {
      const what = `part ${part} of ${index} ${named(operations[index]!)}`;
      yield state(`only ${what} lost`, (other) => other !== position);
      yield state(`only ${what} kept`, (other) => other === position);
    }
    for (let subset = 0; subset < subsets && parts.length > 1; subset++) {
      const share = [0.25, 0.5, 0.75][subset % 3]!;
      yield state(`subset ${subset} of seed ${seed}`, () => random() < share);
    }
  }
}

export interface PowerChoice {
  readonly subsets: number;
  /** Whether each part is lost, and kept, by itself. */
  readonly singles: boolean;
  readonly seed: number;
}

/** What two states have in common that are the same disk. */
export function imageHash({ directories, files }: DiskImage): string {
  const hash = createHash("sha1");
  for (const path of [...directories].sort()) hash.update(`${path}/\0`);
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("base64");
}

/** A number from 0 to 1 a call, the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function killState(
  { base, operations }: History,
  at: number,
  underWay: ReadonlyMap<number, Fate>,
  label: string,
): CrashState {
  const done = operations.slice(0, at);
  for (const [index, fate] of underWay) {
    const operation = operations[index]!;
    const isCut = typeof fate === "object" && "firstBytes" in fate && operation.kind === "write";
    done.push(isCut ? { ...operation, bytes: operation.bytes.subarray(0, fate.firstBytes) } : operation);
  }
  const history = { base, operations: done };
  return {
    at,
    label: `killed after ${at} operations, the next is ${named(operations[at])}; ${label}`,
    history,
    isTorn: false,
    image: () => new Disk(history).image(),
  };
}

function powerState(
  history: History,
  at: number,
  open: ReadonlyMap<number, number>,
  kept: readonly { readonly index: number; readonly part: number }[],
  label: string,
): CrashState {
  const fates = new Map<number, Set<number>>([...open.keys()].map((index) => [index, new Set()]));
  for (const { index, part } of kept) fates.get(index)!.add(part);
  const fateOf = (index: number): Fate => {
    const parts = fates.get(index);
    if (parts === undefined) return index < at;
    if (parts.size === 0) return false;
    return parts.size === open.get(index)! ? true : { parts };
  };
  const { operations } = history;
  const image = () => new Disk({ base: history.base, operations }, fateOf).image();
  return {
    at,
    label:
      `power cut after ${at} operations, the next is ${named(operations[at])}; ${label}; of what was not safe, kept: ` +
      [...fates]
        .filter(([, parts]) => parts.size > 0)
        .map(([index, parts]) => `${index} ${named(operations[index]!)} [${[...parts].join(" ")}]`)
        .join(", "),
    history: {
      get base() {
        return image();
      },
      operations: [],
    },
    isTorn: [...fates.keys()].some(
      (index) => operations[index]!.kind === "replacePage" && typeof fateOf(index) === "object",
    ),
    image,
  };
}

/** Operations that were asked for when `at` were done, and were not among these. */
function pendingAt(operations: readonly Operation[], at: number): number[] {
  const pending: number[] = [];
  for (let index = at; index < operations.length; index++) {
    const { issuedAt, kind } = operations[index]!;
    if (issuedAt <= at && kind !== "sync" && kind !== "syncDirectory") pending.push(index);
  }
  return pending;
}

/** For each operation, the position of the one that makes it last. */
function coverage(operations: readonly Operation[]): number[] {
  const coveredAt = operations.map((operation, index) =>
    operation.kind === "replacePage" ? index : Number.POSITIVE_INFINITY,
  );
  for (const [at, sync] of operations.entries()) {
    if (sync.kind !== "sync" && sync.kind !== "syncDirectory") continue;
    for (let index = 0; index < Math.min(sync.issuedAt, at); index++) {
      if (coveredAt[index] === Number.POSITIVE_INFINITY && covers(sync, operations[index]!)) {
        coveredAt[index] = at;
      }
    }
  }
  return coveredAt;
}

function covers(sync: Operation, operation: Operation): boolean {
  if (sync.kind === "sync") {
    return (operation.kind === "write" || operation.kind === "truncate") && operation.inode === sync.inode;
  }
  return "directory" in operation && "directory" in sync && operation.directory === sync.directory;
}

/** Before its last byte, at the boundaries of pages (the kernel looks for signals there), and at odd bytes. */
function cutsOf(operation: Extract<Operation, { kind: "write" | "replacePage" }>): number[] {
  const { offsetBytes, bytes } = operation;
  const cuts = new Set([
    1,
    Math.floor(bytes.length / 3),
    Math.floor((2 * bytes.length) / 3),
    bytes.length - 1,
  ]);
  for (let page = Math.ceil(offsetBytes / 4096) * 4096; page < offsetBytes + bytes.length; page += 4096) {
    cuts.add(page - offsetBytes);
  }
  return [...cuts].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
}

function named(operation: Operation | undefined): string {
  return operation === undefined ? "none" : `${operation.kind} ${operation.path}`;
}
