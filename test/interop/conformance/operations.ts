/**
 * Selections, hierarchies, stores and writing at the same time: the operations of `operations.py`, in every
 * implementation.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { createArray, createGroup, FileSystemStore } from "../../../src/index.ts";
import { serve } from "../../kit/http-server.ts";
import { askPython } from "../python.ts";
import { ITEMS, type Operation } from "./operation.ts";
import { OF_QUARRY } from "./quarry-operations.ts";
import type { Row, Section, Subject, Verdict } from "./table.ts";
import { OF_ZARRITA } from "./zarrita-operations.ts";

const TITLES: readonly { readonly title: string; readonly note: string; readonly until: string }[] = [
  {
    title: "Reading selections",
    note: "Of an array of 8 by 6 int32.",
    until: "an index outside is an error",
  },
  {
    title: "Writing",
    note: "To the same array, read again afterwards.",
    until: "make smaller; growing again shows the fill value",
  },
  { title: "Hierarchies", note: "Of Zarr v3.", until: "a path that leads out of the store is refused" },
  { title: "Stores", note: "Read from.", until: "HTTP" },
  {
    title: "Safety of writes",
    note: "In one process; and in the file that an interrupted write leaves.",
    until: "a chunk is replaced whole, by renaming",
  },
];

export async function operationSections(scratch: string): Promise<readonly Section[]> {
  const places = await writePlaces(scratch);
  const verdicts: Partial<Record<Subject, Readonly<Record<string, Verdict>>>> = await askPython(
    "operations.py",
    {
      ...places.forPython,
      scratch,
    },
  );
  const ofQuarry = await tried(OF_QUARRY, join(scratch, "Quarry"), places.forPython);
  const ofZarrita = await tried(OF_ZARRITA, join(scratch, "zarrita"), places.forPython);
  const rows = Object.keys(OF_QUARRY).map(
    (feature): Row => ({
      feature,
      verdicts: {
        Quarry: ofQuarry[feature]!,
        zarrita: ofZarrita[feature] ?? "no",
        ...Object.fromEntries(
          Object.entries(verdicts).map(([peer, seen]) => [peer, seen?.[feature] ?? "not checked"]),
        ),
      },
    }),
  );
  let from = 0;
  return TITLES.map(({ title, note, until }) => {
    const to = rows.findIndex(({ feature }) => feature === until) + 1;
    const section = { title, note, rows: rows.slice(from, to) };
    from = to;
    return section;
  });
}

interface ForPython extends Record<string, string> {
  readonly base: string;
  readonly group: string;
  readonly url: string;
  readonly zip: string;
}

async function writePlaces(scratch: string): Promise<{ readonly forPython: ForPython }> {
  const source = join(scratch, "source");
  const [base, group, zip] = [join(source, "base"), join(source, "group"), join(scratch, "base.zip")];
  await mkdir(source, { recursive: true });
  const array = await createArray(base, { shape: [8, 6], dataType: "int32", chunks: [4, 3], codecs: [] });
  await array.set(null, ITEMS);
  const root = await createGroup(group);
  for (const name of ["a b", "größe"]) await root.createGroup(name);
  await root.consolidate();
  const store = new FileSystemStore(base);
  const entries: Record<string, Uint8Array> = {};
  for await (const key of store.list("/")) entries[key.slice(1)] = (await store.get(key))!;
  await writeFile(zip, zipSync(entries));
  const { url } = await serve(new FileSystemStore(source));
  return { forPython: { base, group, url, zip } };
}

async function tried(
  operations: Readonly<Record<string, Operation>>,
  scratch: string,
  { base, group, url, zip }: ForPython,
): Promise<Readonly<Record<string, Verdict>>> {
  const verdicts: Record<string, Verdict> = {};
  for (const [number, [name, operation]] of Object.entries(operations).entries()) {
    const folder = join(scratch, String(number));
    const places = { path: join(folder, "array"), group: join(folder, "group"), url, zip };
    await cp(base, places.path, { recursive: true });
    await cp(group, places.group, { recursive: true });
    verdicts[name] = await operation(places).then(
      (right) => (right ? "yes" : "wrong"),
      () => "no" as const,
    );
  }
  return verdicts;
}
