/** Arrays that are damaged, or that say what no reader may ignore: whether each implementation says so. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CreateArrayOptions, codec, createArray, openArray, slice } from "../../../src/index.ts";
import { crc32c } from "../../../src/metadata/crc.ts";
import { type JsonObject, parseJson, stringifyJson } from "../../../src/metadata/json.ts";
import { exchangeBatch, PEERS, type Peer } from "../batch.ts";
import type { Row, Subject, Verdict } from "./table.ts";
import { itemsByZarrita } from "./zarrita-arrays.ts";

type Layout = Omit<CreateArrayOptions<"int32">, "shape" | "dataType">;

interface Damage {
  readonly feature: string;
  readonly layout: Layout;
  /** Of the one chunk or shard. */
  readonly chunk?: (encoded: Buffer) => Uint8Array;
  readonly document?: (document: JsonObject) => JsonObject;
  /** Whether only the first two rows are read. */
  readonly inPart?: boolean;
  /** Whether a reader may die of it, which is tried in a process of its own. */
  readonly isBomb?: boolean;
}

const SHAPE = [4, 4];
const WHOLE = { chunks: [4, 4], codecs: [codec.bytes()] };
const SHARDED = { shards: [4, 4], chunks: [2, 2], codecs: [codec.bytes()] };
const COMPRESSED = { chunks: [4, 4], codecs: [codec.gzip()] };
/** Four entries and their checksum. */
const INDEX_BYTES = 68;

/** The shard with another first entry, and the checksum that it then has. */
const withFirstEntry = (offset: bigint, length: bigint) => (shard: Buffer) => {
  const index = shard.subarray(shard.length - INDEX_BYTES);
  index.writeBigUInt64LE(offset, 0);
  index.writeBigUInt64LE(length, 8);
  index.writeUInt32LE(crc32c(index.subarray(0, 64)), 64);
  return shard;
};

const withByte = (at: number) => (encoded: Buffer) => {
  const place = at < 0 ? encoded.length + at : at;
  encoded[place] = encoded[place]! ^ 1;
  return encoded;
};

/** A zstd frame that says that it holds 2^60 bytes, and holds four in a block as they are. */
const ZSTD_BOMB = Buffer.from("28b52ffde00000000000000010210000010203 04".replace(" ", ""), "hex");

const DAMAGES: readonly Damage[] = [
  {
    feature: "a changed byte of a chunk with crc32c",
    layout: { chunks: [4, 4], codecs: [codec.crc32c()] },
    chunk: withByte(0),
  },
  {
    feature: "a changed byte of a chunk with crc32c in a shard, of which a part is read",
    layout: { ...SHARDED, codecs: [codec.bytes(), codec.crc32c()] },
    chunk: withByte(0),
    inPart: true,
  },
  { feature: "a changed byte of a shard's index", layout: SHARDED, chunk: withByte(-INDEX_BYTES) },
  { feature: "an empty chunk", layout: WHOLE, chunk: () => new Uint8Array() },
  { feature: "an empty shard", layout: SHARDED, chunk: () => new Uint8Array() },
  {
    feature: "an empty shard, of which a part is read",
    layout: SHARDED,
    chunk: () => new Uint8Array(),
    inPart: true,
  },
  { feature: "half a chunk", layout: WHOLE, chunk: (bytes) => bytes.subarray(0, 32) },
  { feature: "half a shard", layout: SHARDED, chunk: (bytes) => bytes.subarray(0, bytes.length / 2) },
  {
    feature: "an index entry that lies outside its shard",
    layout: SHARDED,
    chunk: withFirstEntry(1_000_000n, 16n),
  },
  {
    feature: "an index entry that lies outside its shard, of which a part is read",
    layout: SHARDED,
    chunk: withFirstEntry(1_000_000n, 16n),
    inPart: true,
  },
  {
    feature: "an index entry that reaches beyond the end of its shard",
    layout: SHARDED,
    chunk: withFirstEntry(120n, 16n),
    inPart: true,
  },
  {
    feature: "an index entry that points at the index",
    layout: SHARDED,
    chunk: withFirstEntry(64n, 16n),
    inPart: true,
  },
  {
    feature: "a chunk that decodes to fewer items",
    layout: COMPRESSED,
    chunk: () => gzipSync(Buffer.alloc(32)),
  },
  {
    feature: "a chunk that decodes to more items",
    layout: COMPRESSED,
    chunk: () => gzipSync(Buffer.alloc(128)),
  },
  {
    feature: "a zstd frame that claims 2^60 bytes",
    layout: { chunks: [4, 4], codecs: [codec.zstd()] },
    chunk: () => ZSTD_BOMB,
    isBomb: true,
  },
  {
    feature: "an unknown key of the document that must be understood",
    layout: WHOLE,
    document: (document) => ({ ...document, units: { name: "ticks", must_understand: true } }),
  },
  {
    feature: "an unknown codec",
    layout: WHOLE,
    document: (document) => ({ ...document, codecs: [{ name: "bytes" }, { name: "example.unknown" }] }),
  },
  {
    feature: "a fill value that is none of the data type",
    layout: WHOLE,
    document: (document) => ({ ...document, fill_value: 2 ** 40 }),
  },
  {
    feature: "chunks of another number of dimensions than the array",
    layout: WHOLE,
    document: (document) => ({
      ...document,
      chunk_grid: { name: "regular", configuration: { chunk_shape: [4] } },
    }),
  },
];

const ROWS: readonly [number, number] = [0, 2];
const boxOf = ({ inPart = false }: Damage) => (inPart ? { start: [0, 0], stop: [2, 4] } : {});

export async function damageRows(scratch: string): Promise<readonly Row[]> {
  await mkdir(scratch, { recursive: true });
  const pathOf = (number: number) => join(scratch, String(number));
  for (const [number, damage] of DAMAGES.entries()) await writeDamaged(pathOf(number), damage);
  const asked = PEERS.flatMap((peer) =>
    DAMAGES.flatMap((damage, number) => (damage.isBomb ? [] : [{ peer, number, damage }])),
  );
  const { read } = await exchangeBatch({
    write: [],
    read: asked.map(({ peer, number, damage }) => ({ peer, path: pathOf(number), ...boxOf(damage) })),
  });
  const rows: Row[] = [];
  for (const [number, damage] of DAMAGES.entries()) {
    const path = pathOf(number);
    const rowsRead = damage.inPart ? ROWS : undefined;
    const verdicts: Partial<Record<Subject, Verdict>> = {
      Quarry: await whetherRefused(readByQuarry(path, rowsRead)),
      zarrita: await whetherRefused(itemsByZarrita(path, rowsRead)),
    };
    for (const peer of PEERS) {
      const at = asked.findIndex((each) => each.peer === peer && each.number === number);
      verdicts[peer] =
        at === -1 ? await ofBomb(peer, path) : read[at]!.refusal === undefined ? "wrong" : "yes";
    }
    rows.push({ feature: damage.feature, verdicts });
  }
  return rows;
}

async function writeDamaged(path: string, { layout, chunk, document }: Damage): Promise<void> {
  const array = await createArray(path, { shape: SHAPE, dataType: "int32", ...layout });
  await array.set(
    null,
    Int32Array.from({ length: 16 }, (_, at) => at + 1),
  );
  const [chunkFile, documentFile] = [join(path, "c", "0", "0"), join(path, "zarr.json")];
  if (chunk !== undefined) await writeFile(chunkFile, chunk(await readFile(chunkFile)));
  if (document !== undefined) {
    const changed = document(parseJson(await readFile(documentFile, "utf8"), documentFile) as JsonObject);
    await writeFile(documentFile, stringifyJson(changed, 2));
  }
}

async function readByQuarry(path: string, rows: readonly [number, number] | undefined): Promise<unknown> {
  const array = await openArray(path);
  return array.get(rows === undefined ? null : [slice(...rows), null]);
}

const whetherRefused = (read: Promise<unknown>): Promise<Verdict> =>
  read.then(
    () => "wrong" as const,
    () => "yes" as const,
  );

async function ofBomb(peer: Peer, path: string): Promise<Verdict> {
  const answer = await exchangeBatch({ write: [], read: [{ peer, path }] }).catch(() => undefined);
  if (answer === undefined) return "dies";
  return answer.read[0]!.refusal === undefined ? "wrong" : "yes";
}
