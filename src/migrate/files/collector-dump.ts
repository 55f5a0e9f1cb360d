/**
 * What Cryptodd's collector leaves: pairs of files, of raw little-endian items without a header.
 *
 * ```text
 * 0001723161256509.mm        float32 snapshots, [T, 50, 3]: 25 bids, 25 asks; price, size, count
 * 0001723161256509.mm.time   int64 milliseconds since 1970, one a snapshot
 * ```
 *
 * A crash may cut the last snapshot short, or leave it without its time, or a time without its snapshot: what is whole
 * in both is taken, and what is not is said. The files of a directory are one series, in the order of their names,
 * which are their first times.
 */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isQuarryError, QuarryError } from "../../errors.ts";
import { dataTypeOf } from "../../metadata/data-type.ts";
import { isNumpyShape } from "../../metadata/npy/header.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { SourceArray } from "../source.ts";
import type { FileContents } from "./file-contents.ts";
import { fileSeries, type SeriesPart } from "./file-series.ts";
import { itemsOfBytes } from "./item-bytes.ts";

export const SNAPSHOTS_ENDING = ".mm";
/** Behind the name of the file whose snapshots they are of. */
export const TIMES_COMPANION_ENDING = ".time";
const TIMES_ENDING = `${SNAPSHOTS_ENDING}${TIMES_COMPANION_ENDING}`;

const SNAPSHOT_SHAPE_DEFAULT: readonly number[] = [50, 3];

const SNAPSHOT = dataTypeOf("float32");
const TIME = dataTypeOf("int64");

interface Pair {
  readonly snapshots: Archive;
  readonly times: Archive;
  readonly rows: number;
}

export interface CollectorDumpOptions {
  /** Of one snapshot. Default: 50 levels of price, size and count. */
  readonly shape?: readonly number[] | undefined;
}

/** Whether a directory of these files is a collector's. */
export function isCollectorDirectory(names: readonly string[]): boolean {
  return (
    names.length > 0 && names.every((name) => name.endsWith(SNAPSHOTS_ENDING) || name.endsWith(TIMES_ENDING))
  );
}

/**
 * `data` and `timestamps` of a pair, or of the pairs of a directory.
 * @throws QuarryError `FILE_INVALID`, `NOT_FOUND` for one of a pair that is missing
 */
export async function readCollectorDump(
  path: string,
  kind: "file" | "directory",
  options: CollectorDumpOptions,
): Promise<FileContents> {
  const { shape = SNAPSHOT_SHAPE_DEFAULT } = options;
  if (!isNumpyShape(shape) || shape.includes(0)) {
    throw invalid(path, `a snapshot cannot have the shape [${shape.join(", ")}]`);
  }
  const files = kind === "directory" ? await snapshotFiles(path) : [path];
  const notes: string[] = [];
  const pairs: Pair[] = [];
  for (const file of files) pairs.push(await openPair(file, options, notes));
  await noteOverlaps(pairs, notes);
  const part = (file: Archive, rows: number): SeriesPart => ({ file, rows });
  const arrays: SourceArray[] = [
    fileSeries(
      "/data",
      { dataType: SNAPSHOT, itemShape: shape, attributes: {} },
      pairs.map(({ snapshots, rows }) => part(snapshots, rows)),
    ),
    fileSeries(
      "/timestamps",
      {
        dataType: TIME,
        itemShape: [],
        attributes: { units: "milliseconds since 1970-01-01 00:00:00", calendar: "proleptic_gregorian" },
      },
      pairs.map(({ times, rows }) => part(times, rows)),
    ),
  ];
  return { format: SNAPSHOTS_ENDING, groups: [], arrays, refusals: [], notes };
}

async function snapshotFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  const snapshots = names.filter((name) => name.endsWith(SNAPSHOTS_ENDING));
  const alone = names.find(
    (name) => name.endsWith(TIMES_ENDING) && !names.includes(name.replace(/\.time$/, "")),
  );
  if (alone !== undefined) {
    throw invalid(join(directory, alone), "there are times, and no snapshots beside them");
  }
  // Names are times, and not all of one length.
  snapshots.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return snapshots.map((name) => join(directory, name));
}

async function openPair(path: string, options: CollectorDumpOptions, notes: string[]): Promise<Pair> {
  const snapshots = await openArchive(path);
  const times = await openArchive(`${path}${TIMES_COMPANION_ENDING}`).catch((cause) => {
    if (!isQuarryError(cause, "NOT_FOUND")) throw cause;
    throw invalid(path, `its times are missing: there is no ${basename(path)}.time in ${dirname(path)}`, {
      cause,
    });
  });
  const snapshotBytes = countOf(options.shape ?? SNAPSHOT_SHAPE_DEFAULT) * SNAPSHOT.itemBytes;
  const wholeSnapshots = Math.floor(snapshots.bytes / snapshotBytes);
  const wholeTimes = Math.floor(times.bytes / TIME.itemBytes);
  if (options.shape === undefined && Math.abs(wholeSnapshots - wholeTimes) > 1) {
    throw invalid(
      path,
      `as snapshots of ${SNAPSHOT_SHAPE_DEFAULT.join(" × ")} it has ${wholeSnapshots}, and there are ${wholeTimes} times: if its snapshots have another shape, say which`,
    );
  }
  const rows = Math.min(wholeSnapshots, wholeTimes);
  noteLeftOver(snapshots, { unit: "snapshot", unitBytes: snapshotBytes, rows }, notes);
  noteLeftOver(times, { unit: "time", unitBytes: TIME.itemBytes, rows }, notes);
  return { snapshots, times, rows };
}

/** Says what of `file` lies behind the rows that are taken. */
function noteLeftOver(
  file: Archive,
  { unit, unitBytes, rows }: { readonly unit: string; readonly unitBytes: number; readonly rows: number },
  notes: string[],
): void {
  const whole = Math.floor(file.bytes / unitBytes) - rows;
  const rest = file.bytes % unitBytes;
  const parts = [
    ...(whole > 0 ? [`${whole} ${unit}${whole === 1 ? "" : "s"} without a partner`] : []),
    ...(rest > 0 ? [`a ${unit} of which only ${rest} of ${unitBytes} bytes are there`] : []),
  ];
  if (parts.length > 0) notes.push(`${file.name}: left out behind ${rows} rows: ${parts.join(" and ")}`);
}

async function noteOverlaps(pairs: readonly Pair[], notes: string[]): Promise<void> {
  let lastTime: bigint | undefined;
  for (const { times, rows } of pairs) {
    if (rows === 0) continue;
    const first = await timeAt(times, 0);
    if (lastTime !== undefined && first < lastTime) {
      notes.push(`${times.name}: begins at ${first} ms, before the file before it ends (${lastTime} ms)`);
    }
    lastTime = await timeAt(times, rows - 1);
  }
}

async function timeAt(times: Archive, row: number): Promise<bigint> {
  const bytes = await times.read(row * TIME.itemBytes, TIME.itemBytes, {});
  return (itemsOfBytes(bytes, TIME, "little", times.name) as BigInt64Array)[0]!;
}

function invalid(path: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${path} is no sound dump of a collector: ${reason}`, {
    path,
    ...details,
  });
}
