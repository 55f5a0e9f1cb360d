/** The operations of `operations.py`, in Quarry. */
import {
  createArray,
  MemoryStore,
  openArray,
  openGroup,
  slice,
  type ZarrArray,
  ZipStore,
} from "../../../src/index.ts";
import {
  ALL_COLUMNS,
  ALL_ROWS,
  are,
  box,
  COLUMNS,
  firstChunk,
  ITEMS,
  isReplacedWhole,
  itemsOf,
  type Operation,
  ROWS,
  range,
  refuses,
  setTo,
  WIDTH,
} from "./operation.ts";

const quarry = async (path: string) => (await openArray(path, { mode: "r+" })) as ZarrArray<"int32">;

const read =
  (get: (array: ZarrArray<"int32">) => Promise<unknown>, expected: readonly number[]): Operation =>
  async ({ path }) =>
    are(await itemsOf(get(await quarry(path))), expected);

const write =
  (set: (array: ZarrArray<"int32">) => Promise<unknown>, expected: Int32Array): Operation =>
  async ({ path }) => {
    await set(await quarry(path));
    return are(await itemsOf((await quarry(path)).get()), expected);
  };

const rowMask = ALL_ROWS.map((row) => row % 3 === 0);
const mask = Uint8Array.from(ITEMS, (item) => (item % 5 === 0 ? 1 : 0));
const points = [ROWS, [1, 2, 0]] as const;
const pointIndices = ROWS.map((row, at) => WIDTH * row + points[1][at]!);

export const OF_QUARRY: Readonly<Record<string, Operation>> = {
  "one item": read((a) => a.get([2, 3]), [15]),
  "negative indices": read((a) => a.get([-1, -2]), [46]),
  slices: read((a) => a.get([slice(1, 7), slice(2, 5)]), box(range(1, 7), range(2, 5))),
  "slices with steps": read(
    (a) => a.get([slice(1, 8, 3), slice(null, null, 2)]),
    box(range(1, 8, 3), range(0, 6, 2)),
  ),
  "slices that run backwards": read(
    (a) => a.get([slice(null, null, -1), null]),
    box([...ALL_ROWS].reverse(), ALL_COLUMNS),
  ),
  "an ellipsis": read((a) => a.get(["...", 1]), box(ALL_ROWS, [1])),
  "orthogonal lists": read((a) => a.getOrthogonal([ROWS, COLUMNS]), box(ROWS, COLUMNS)),
  "orthogonal masks": read((a) => a.getOrthogonal([rowMask, COLUMNS]), box([0, 3, 6], COLUMNS)),
  points: read((a) => a.getPoints(points), pointIndices),
  "a mask of the whole array": read((a) => a.getMask({ data: mask, shape: [8, 6] }), range(0, 48, 5)),
  blocks: read((a) => a.getBlocks([1, 0]), box(range(4, 8), range(0, 3))),
  "an index outside is an error": async ({ path }) => refuses((await quarry(path)).get([8, 0])),
  "write a part": write((a) => a.set([slice(1, 5), slice(2, 4)], 7), setTo(box(range(1, 5), range(2, 4)), 7)),
  "write with steps": write(
    (a) => a.set([slice(null, null, 3), slice(null, null, 2)], 7),
    setTo(box([0, 3, 6], [0, 2, 4]), 7),
  ),
  "write orthogonal lists": write((a) => a.setOrthogonal([ROWS, COLUMNS], 7), setTo(box(ROWS, COLUMNS), 7)),
  "write points": write((a) => a.setPoints(points, 7), setTo(pointIndices, 7)),
  "append rows": write(
    (a) => a.append(ITEMS.subarray(0, 18)),
    Int32Array.of(...ITEMS, ...ITEMS.subarray(0, 18)),
  ),
  "make smaller; growing again shows the fill value": write(
    async (a) => {
      await a.resize([3, 6]);
      await a.resize([8, 6]);
    },
    setTo(box(range(3, 8), ALL_COLUMNS), 0),
  ),
  "members of a group": async ({ group }) => {
    const names: string[] = [];
    for await (const [name] of (await openGroup(group)).members()) names.push(name);
    return names.sort().join() === "a b,größe";
  },
  "consolidated metadata": async ({ group }) => (await openGroup(group)).metadata.consolidated !== undefined,
  "change attributes": async ({ group }) => {
    await (await openGroup(group, { mode: "r+" })).updateAttributes({ x: 2n ** 60n + 1n });
    return (await openGroup(group)).attributes.x === 2n ** 60n + 1n;
  },
  "delete a node": async ({ group }) => {
    await (await openGroup(group, { mode: "r+" })).delete("a b");
    return refuses((await openGroup(group)).get("a b"));
  },
  "a path that leads out of the store is refused": async ({ group }) =>
    refuses((await openGroup(group)).get("../base")),
  memory: async () => {
    const store = new MemoryStore();
    const created = await createArray(store, { shape: [8, 6], dataType: "int32", chunks: [4, 3] });
    await created.set(null, ITEMS);
    return are(await itemsOf((await openArray(store)).get()), ITEMS);
  },
  "zip archive": async ({ zip }) => are(await itemsOf((await openArray(new ZipStore(zip))).get()), ITEMS),
  HTTP: async ({ url }) => are(await itemsOf((await openArray(`${url}/base`)).get()), ITEMS),
  "items set at the same time in one chunk are all kept": write(
    (a) => Promise.all(firstChunk.map((at) => a.set([Math.floor(at / WIDTH), at % WIDTH], -1))),
    setTo(firstChunk, -1),
  ),
  "a chunk is replaced whole, by renaming": (places) =>
    isReplacedWhole(places, async () => (await quarry(places.path)).set([0, 0], -1)),
};
