/**
 * Random arrays between Quarry and each of its peers, both ways, compared by the hash of every item.
 *
 * QUARRY_TEST_RUNS sets the number of arrays (default 100), QUARRY_TEST_SEED the seed of the first; an array's own seed
 * is that plus its number, and a failure names it.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type JsonObject, type JsonValue, stringifyJson } from "../../src/metadata/json.ts";
import { reportCases } from "../kit/property.ts";
import { type Answer, exchangeBatch, PEERS, type Peer } from "./batch.ts";
import { type BatchCase, batchCases } from "./batch-cases.ts";
import { itemsByQuarry, writeByQuarry } from "./exchanged-array.ts";
import { isText } from "./items.ts";
import { type Direction, shortcomingsOf } from "./peer-support.ts";
import { sha256 } from "./values.ts";

const RUNS = Number(process.env.QUARRY_TEST_RUNS ?? 100);
const SEED = Number(process.env.QUARRY_TEST_SEED ?? 20_261_121);

/** A second an array, on a machine that does other things too. */
const TIMEOUT_MS = 60_000 + RUNS * 1000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

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
    documents.set(drawn.name, await writeByQuarry(pathOf("quarry", drawn), drawn));
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
}, TIMEOUT_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

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

it("gives back what it wrote", async () => {
  for (const drawn of cases) {
    const { items } = await itemsByQuarry(pathOf("quarry", drawn));
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
    it("reads what Quarry wrote, and refuses just what it is said to refuse", async () => {
      let compared = 0;
      for (const drawn of cases) {
        const answer = read.get(keyOf(peer, drawn));
        if (!isSupported(peer, "read", drawn, answer, drawn.expected)) continue;
        const { shape } = drawn.options;
        expect(answer, describeCase(drawn)).toEqual({ shape, sha256: hashOf(drawn.expected) });
        compared += 1;
      }
      await reportCases(`arrays of Quarry's that ${peer} reads`, compared, SEED);
    });

    it("writes what Quarry reads, and refuses just what it is said to refuse", async () => {
      let compared = 0;
      for (const drawn of cases) {
        if (!isSupported(peer, "write", drawn, written.get(keyOf(peer, drawn)), drawn.written)) continue;
        const { items } = await itemsByQuarry(pathOf(peer, drawn));
        expect(hashOf(items), describeCase(drawn)).toBe(hashOf(drawn.expected));
        compared += 1;
      }
      await reportCases(`arrays of ${peer}'s that Quarry reads`, compared, SEED);
    });
  });
