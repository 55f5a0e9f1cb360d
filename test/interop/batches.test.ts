/**
 * Random arrays between Quarry and each of its peers, both ways, compared by the hash of every item.
 *
 * QUARRY_TEST_RUNS sets the number of arrays (default 100), QUARRY_TEST_SEED the seed of the first; an array's own seed
 * is that plus its number, and a failure names it.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CodecMetadata, createArray, openArray, slice, type ZarrArray } from "../../src/index.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from "../../src/metadata/json.ts";
import { isListed } from "../../src/metadata/typed-array.ts";
import { type Answer, exchangeBatch, PEERS, type Peer } from "./batch.ts";
import { type BatchCase, batchCases } from "./batch-cases.ts";
import { dataOf, isText, itemsOf } from "./items.ts";
import { type Direction, shortcomingsOf } from "./peer-support.ts";
import { sha256 } from "./values.ts";

const RUNS = Number(process.env.QUARRY_TEST_RUNS ?? 100);
const SEED = Number(process.env.QUARRY_TEST_SEED ?? 20_261_121);

const cases = batchCases(RUNS, SEED);
let folder: string;
const read = new Map<string, Answer>();
const written = new Map<string, Answer>();

const pathOf = (writer: Peer | "quarry", { name }: BatchCase) => join(folder, writer, name);
const keyOf = (peer: Peer, { name }: BatchCase) => `${peer} ${name}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
  for (const writer of ["values", "quarry", ...PEERS]) await mkdir(join(folder, writer));
  const documents = new Map<string, JsonObject>();
  for (const drawn of cases) {
    await writeFile(join(folder, "values", drawn.name), Buffer.concat(drawn.written));
    documents.set(drawn.name, await writeByQuarry(drawn));
  }
  const asked = PEERS.flatMap((peer) => cases.map((drawn) => ({ peer, drawn })));
  const survives = (direction: Direction) =>
    asked.filter(({ peer, drawn }) =>
      shortcomingsOf(peer, direction, drawn.features).every(({ as }) => as !== "dies"),
    );
  const readable = survives("read");
  const writable = survives("write");
  const answer = await exchangeBatch({
    read: readable.map(({ peer, drawn }) => ({ peer, path: pathOf("quarry", drawn) })),
    write: writable.map(({ peer, drawn }) => ({
      peer,
      path: pathOf(peer, drawn),
      document: documents.get(drawn.name)!,
      ...drawn.box,
      valuesFile: join(folder, "values", drawn.name),
      isText: isText(drawn.dataType),
    })),
  });
  readable.forEach(({ peer, drawn }, at) => {
    read.set(keyOf(peer, drawn), answer.read[at]!);
  });
  writable.forEach(({ peer, drawn }, at) => {
    written.set(keyOf(peer, drawn), answer.written[at]!);
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Creates the array and writes its box. @returns its document */
async function writeByQuarry(drawn: BatchCase): Promise<JsonObject> {
  const path = pathOf("quarry", drawn);
  await createArray(path, drawn.options);
  const file = join(path, "zarr.json");
  const document = parseJson(await readFile(file, "utf8"), file) as JsonObject;
  const wanted = drawn.indexCodecs === undefined ? document : withIndexCodecs(document, drawn.indexCodecs);
  await writeFile(file, stringifyJson(wanted, 2));
  const array = await openArray(path, { mode: "r+" });
  await array.set(selectionOf(drawn), dataOf(array.dataType, drawn.written) as never);
  return wanted as JsonObject;
}

const selectionOf = ({ box }: BatchCase) =>
  box.start.length === 0 ? null : box.start.map((start, axis) => slice(start, box.stop[axis]!));

/** `json` with `codecs` as index codecs wherever there are some. */
function withIndexCodecs(json: JsonValue, codecs: readonly CodecMetadata[]): JsonValue {
  if (Array.isArray(json)) return json.map((each) => withIndexCodecs(each, codecs));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      key === "index_codecs" ? (codecs as unknown as JsonValue) : withIndexCodecs(value, codecs),
    ]),
  );
}

const hashOf = (items: readonly Uint8Array[]) => sha256(Buffer.concat(items));

/** What a failure shows of an array: enough to see what is special about it. */
function describeCase({ name, options, box, features }: BatchCase): string {
  const { shape, dataType, chunks, shards = null, codecs } = options;
  const shown = {
    shape,
    dataType,
    chunks,
    shards,
    codecs,
    fillValue: String(options.fillValue),
    box,
    features,
  };
  return `seed ${SEED + Number(name)}: ${stringifyJson(shown as unknown as JsonValue, 0)}`;
}

/** Items of the whole array, as Quarry reads it. */
async function itemsByQuarry(path: string) {
  const array = (await openArray(path)) as ZarrArray;
  const { dataType, shape } = array;
  if (shape.length > 0) return itemsOf(dataType, (await array.get(shape.map(() => null))).data);
  // Through an output, because a NaN that is taken as a number is any NaN.
  const out = dataOf(dataType, [new Uint8Array(isListed(dataType) ? 4 : dataType.itemBytes)]);
  await array.get(null, { out });
  return itemsOf(dataType, out);
}

it("gives back what it wrote", async () => {
  for (const drawn of cases) {
    const items = await itemsByQuarry(pathOf("quarry", drawn));
    expect(hashOf(items), describeCase(drawn)).toBe(hashOf(drawn.expected));
  }
});

/**
 * Holds an answer against the table of what its peer supports.
 * @param items that the peer had to move: without any it may not have noticed what it does not support
 * @returns whether the array is there and has the values that it should have
 */
function isSupported(
  peer: Peer,
  direction: Direction,
  drawn: BatchCase,
  answer: Answer | undefined,
  items: readonly unknown[],
): boolean {
  const shortcomings = shortcomingsOf(peer, direction, drawn.features);
  if (shortcomings.some(({ as }) => as === "dies")) return false;
  const sayings = shortcomings.flatMap((each) => ("says" in each ? [each.says] : []));
  const { refusal } = answer ?? {};
  if (refusal !== undefined) {
    const isKnown = sayings.some((says) => refusal.includes(says));
    expect(isKnown, `${peer} refuses ${describeCase(drawn)}: ${refusal}`).toBe(true);
    return false;
  }
  const mustRefuse = items.length > 0 && shortcomings.some(({ as }) => as === "refuses");
  expect(mustRefuse, `${peer} no longer refuses ${describeCase(drawn)}`).toBe(false);
  return shortcomings.every(({ as }) => as !== "garbles");
}

for (const peer of PEERS)
  describe(peer, () => {
    it("reads what Quarry wrote, and refuses just what it is said to refuse", () => {
      for (const drawn of cases) {
        const answer = read.get(keyOf(peer, drawn));
        if (!isSupported(peer, "read", drawn, answer, drawn.expected)) continue;
        const { shape } = drawn.options;
        expect(answer, describeCase(drawn)).toEqual({ shape, sha256: hashOf(drawn.expected) });
      }
    });

    it("writes what Quarry reads, and refuses just what it is said to refuse", async () => {
      for (const drawn of cases) {
        if (!isSupported(peer, "write", drawn, written.get(keyOf(peer, drawn)), drawn.written)) continue;
        const items = await itemsByQuarry(pathOf(peer, drawn));
        expect(hashOf(items), describeCase(drawn)).toBe(hashOf(drawn.expected));
      }
    });
  });
