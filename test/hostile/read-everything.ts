/**
 * Reads all that a store has, in each way that there is, as a caller without suspicion would. What may come of it is
 * a value or a QuarryError; anything else that is thrown here is a finding.
 */
import { inspect, isQuarryError, slice, verify, ZarrArray } from "../../src/index.ts";
import { type Location, open } from "../../src/zarr/open.ts";

export interface Reading {
  /** What each array gave, by path (`""` for the root), where reading it whole was no error. */
  readonly values: ReadonlyMap<string, Buffer>;
  /** Codes of the errors on the way. */
  readonly refusals: readonly string[];
}

/** A store may declare an array of any size; asking for all of it is then asking for the memory. */
const ITEMS_READ_MAX = 1 << 20;

/** Nobody reads a single item of a chunk that is said to be of this size without having to decode it. */
const CHUNK_BYTES_MAX = 16 * 1024 * 1024;

const ARRAYS_MAX = 100;

export async function readEverything(location: Location): Promise<Reading> {
  const values = new Map<string, Buffer>();
  const refusals: string[] = [];
  const attempt = async (job: () => Promise<void>): Promise<void> => {
    try {
      await job();
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      refusals.push(error.code);
    }
  };
  await attempt(async () => {
    const root = await open(location);
    if (root instanceof ZarrArray) {
      await attempt(() => readArray("", root, values, attempt));
      return;
    }
    await attempt(async () => void (await root.tree()));
    for await (const [name, node] of root.members({ depth: 10 })) {
      if (values.size > ARRAYS_MAX) break;
      if (node instanceof ZarrArray) await attempt(() => readArray(name, node, values, attempt));
    }
  });
  await attempt(async () => void (await inspect(location)));
  await attempt(async () => {
    for (const { code } of (await verify(location)).faults) refusals.push(code);
  });
  return { values, refusals };
}

async function readArray(
  name: string,
  array: ZarrArray,
  values: Map<string, Buffer>,
  attempt: (job: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { shape } = array;
  const cellItems = (array.shards ?? array.chunks).reduce((product, extent) => product * extent, 1);
  if (cellItems * array.dataType.itemBytes > CHUNK_BYTES_MAX) return;
  if (shape.reduce((product, extent) => product * extent, 1) <= ITEMS_READ_MAX) {
    await attempt(async () => void values.set(name, bytesOf(await array.get())));
  }
  if (shape.some((extent) => extent === 0)) return;
  // Corners and a window across chunks, and picked items, which take other ways through the engines.
  await attempt(async () => void (await array.get(shape.map(() => 0))));
  await attempt(async () => void (await array.get(shape.map(() => -1))));
  await attempt(async () => void (await array.get(shape.map((extent) => slice(0, Math.min(extent, 3))))));
  await attempt(async () => {
    await array.getOrthogonal(shape.map((extent) => [extent - 1, 0]));
  });
}

/** Items as bytes that can be compared, scalars of arrays without dimensions included. */
function bytesOf(result: unknown): Buffer {
  const data = (result as { data?: unknown } | null)?.data ?? result;
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(JSON.stringify(data, (_, value) => (typeof value === "bigint" ? `${value}n` : value)));
}
