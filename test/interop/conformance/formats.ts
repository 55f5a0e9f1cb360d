/**
 * Data types, codecs, forms of sharding and fill values: the arrays of `fixtures/`, each written by every
 * implementation and read by every other. And the arrays of Zarr v2 there, read by everyone.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FIXTURE_ARRAYS, type FixtureArray } from "../../../scripts/fixtures/arrays.ts";
import { openArray } from "../../../src/index.ts";
import type { JsonObject } from "../../../src/metadata/json.ts";
import { type Answer, exchangeBatch, PEERS, type Peer } from "../batch.ts";
import { itemsByQuarry, writeByQuarry } from "../exchanged-array.ts";
import { type Item, isText } from "../items.ts";
import { sha256 } from "../values.ts";
import type { Row, Subject, Verdict } from "./table.ts";
import { itemsByZarrita, writeByZarrita } from "./zarrita-arrays.ts";

type Outcome = "yes" | "no" | "wrong" | "dies";

/** tensorstore's process dies of items of raw bytes. */
const dies = (peer: Peer, { name }: { readonly name: string }) =>
  peer === "tensorstore" && ["type-r24", "type-raw_bytes"].includes(name);

const hashOf = (items: readonly Item[]) => sha256(Buffer.concat(items));

interface Expected {
  readonly items: readonly string[];
}

/** What is in an array, by the file beside the fixtures. */
async function hashExpected(file: string): Promise<string> {
  const { items } = JSON.parse(await readFile(file, "utf8")) as Expected;
  return hashOf(items.map((item) => Buffer.from(item, "hex")));
}

async function outcomeOf(read: Promise<readonly Item[]>, expected: string): Promise<Outcome> {
  const items = await read.catch(() => undefined);
  if (items === undefined) return "no";
  return hashOf(items) === expected ? "yes" : "wrong";
}

function outcomeOfAnswer(answer: Answer, expected: string): Outcome {
  if (answer.refusal !== undefined) return "no";
  return answer.sha256 === expected ? "yes" : "wrong";
}

function verdictOf(reads: Outcome, writes: Outcome): Verdict {
  if (reads === "dies" || writes === "dies") return "dies";
  if (reads === "wrong" || writes === "wrong") return "wrong";
  if (reads === "yes") return writes === "yes" ? "yes" : "reads";
  return writes === "yes" ? "writes" : "no";
}

/** One row for each array of the fixtures, by its name. */
export async function formatRows(scratch: string, fixtures: string): Promise<ReadonlyMap<string, Row>> {
  for (const name of ["quarry", "values", "zarrita", ...PEERS])
    await mkdir(join(scratch, name), { recursive: true });
  const documents = new Map<string, JsonObject>();
  for (const array of FIXTURE_ARRAYS) {
    documents.set(array.name, await writeByQuarry(join(scratch, "quarry", array.name), array));
    await writeFile(join(scratch, "values", array.name), Buffer.concat(array.written));
  }
  const asked = PEERS.flatMap((peer) =>
    FIXTURE_ARRAYS.filter((array) => !dies(peer, array)).map((array) => ({ peer, array })),
  );
  const { read, written } = await exchangeBatch({
    read: asked.map(({ peer, array }) => ({ peer, path: join(scratch, "quarry", array.name) })),
    write: await Promise.all(asked.map(({ peer, array }) => writeRequest(scratch, peer, array, documents))),
  });

  const rows = new Map<string, Row>();
  for (const array of FIXTURE_ARRAYS) {
    const { name } = array;
    const expected = await hashExpected(join(fixtures, "expected", `${name}.json`));
    const readByQuarry = async (writer: string): Promise<Outcome> =>
      outcomeOf(
        itemsByQuarry(join(scratch, writer, name)).then(({ items }) => items),
        expected,
      );
    const verdicts: Partial<Record<Subject, Verdict>> = {};
    const ofQuarry: Outcome[] = [await readByQuarry("quarry")];
    for (const peer of PEERS) {
      const at = asked.findIndex((each) => each.peer === peer && each.array === array);
      if (at === -1) {
        verdicts[peer] = "dies";
        continue;
      }
      const reads = outcomeOfAnswer(read[at]!, expected);
      const writes = written[at]!.refusal === undefined ? await readByQuarry(peer) : "no";
      verdicts[peer] = verdictOf(reads, writes);
      if (writes !== "no") ofQuarry.push(writes);
    }
    const readsInZarrita = await outcomeOf(itemsByZarrita(join(scratch, "quarry", name)), expected);
    const isWritten = await writeByZarrita(
      join(scratch, "zarrita", name),
      documents.get(name)!,
      array.box,
      array.written,
    ).then(
      () => true,
      () => false,
    );
    verdicts.zarrita = verdictOf(readsInZarrita, isWritten ? await readByQuarry("zarrita") : "no");
    verdicts.Quarry = ofQuarry.every((outcome) => outcome === "yes") ? "yes" : "wrong";
    rows.set(name, { feature: name, verdicts });
  }
  return rows;
}

async function writeRequest(
  scratch: string,
  peer: Peer,
  { name, box }: FixtureArray,
  documents: ReadonlyMap<string, JsonObject>,
) {
  const { dataType } = await openArray(join(scratch, "quarry", name));
  return {
    peer,
    path: join(scratch, peer, name),
    document: documents.get(name)!,
    ...box,
    valuesFile: join(scratch, "values", name),
    isText: isText(dataType),
  };
}

/** One row for each array of Zarr v2, which nobody but zarr-python writes here. */
export async function v2Rows(folder: string): Promise<readonly Row[]> {
  const names = (await readdir(join(folder, "expected"))).map((file) => file.replace(/\.json$/, "")).sort();
  const asked = PEERS.flatMap((peer) => names.map((name) => ({ peer, path: join(folder, "store", name) })));
  const { read } = await exchangeBatch({ write: [], read: asked });
  return Promise.all(
    names.map(async (name, number): Promise<Row> => {
      const expected = await hashExpected(join(folder, "expected", `${name}.json`));
      const path = join(folder, "store", name);
      const verdicts: Partial<Record<Subject, Verdict>> = {
        Quarry: await outcomeOf(
          itemsByQuarry(path).then(({ items }) => items),
          expected,
        ),
        zarrita: await outcomeOf(itemsByZarrita(path), expected),
      };
      for (const [at, peer] of PEERS.entries()) {
        verdicts[peer] = outcomeOfAnswer(read[at * names.length + number]!, expected);
      }
      return { feature: name, verdicts };
    }),
  );
}
