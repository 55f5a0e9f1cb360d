/** Metadata goes both ways between this library and zarr-python, document by document. */
import { beforeAll, describe, expect, test } from "vitest";
import { type ArrayMetadata, serializeArrayMetadata } from "../../src/metadata/array-metadata.ts";
import { sealRootDocument } from "../../src/metadata/checksum.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { fillValueOf } from "../../src/metadata/fill-value.ts";
import {
  type GroupMetadata,
  type NodeMetadata,
  parseGroupMetadata,
  parseNodeMetadata,
  serializeGroupMetadata,
  serializeNodeMetadata,
} from "../../src/metadata/group-metadata.ts";
import { encodeJson, parseJson, stringifyJson } from "../../src/metadata/json.ts";
import { askPython } from "../interop/python.ts";

interface Answer {
  readonly theirs: Record<string, string>;
  readonly fills: Record<string, string>;
  readonly seen: Record<
    string,
    { shape: number[]; dtype: string; fill: string; attributes: object; dimension_names: unknown }
  >;
  readonly rewritten: Record<string, unknown>;
}

function array(dataType: string, fillValue: boolean | number | bigint): ArrayMetadata {
  return {
    nodeType: "array",
    shape: [1000, 20],
    dataType: dataTypeOf(dataType),
    chunkShape: [512, 20],
    chunkKeyEncoding: { name: "default", separator: "/" },
    fillValue: fillValueOf(fillValue, dataTypeOf(dataType)),
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [64, 20],
          codecs: [{ name: "bytes", configuration: { endian: "little" } }],
          index_codecs: [
            { name: "bytes", configuration: { endian: "little" } },
            { name: "crc32c", configuration: {} },
          ],
          index_location: "end",
        },
      },
    ],
    attributes: { units: "ticks", Größe: "ü" },
    dimensionNames: ["ts_event", null],
  };
}

const GROUP: GroupMetadata = { nodeType: "group", attributes: {}, consolidated: undefined };

const OURS = new Map<string, NodeMetadata>([
  ["bid_px", array("int32", -2147483648)],
  ["trades", GROUP],
  ["trades/deep", GROUP],
  ["trades/deep/id", array("uint64", 2n ** 64n - 1n)],
  ["trades/deep/half", array("float16", -0)],
  ["trades/deep/nan", array("float32", Number.NaN)],
  ["trades/deep/low", array("float64", Number.NEGATIVE_INFINITY)],
  ["trades/flag", array("bool", true)],
]);

function ourDocuments(): Record<string, string> {
  const others = new Map(
    Array.from(OURS, ([path, node]) => [`${path}/zarr.json`, encodeJson(serializeNodeMetadata(node))]),
  );
  const root = serializeGroupMetadata({ ...GROUP, attributes: { venue: "binance" }, consolidated: OURS });
  const documents = new Map([["zarr.json", sealRootDocument(root, others)], ...others]);
  return Object.fromEntries(Array.from(documents, ([key, bytes]) => [key, new TextDecoder().decode(bytes)]));
}

let answer: Answer;

beforeAll(async () => {
  answer = await askPython<Answer>("../metadata/zarr_documents.py", {
    ours: ourDocuments(),
  });
});

describe("what zarr-python writes", () => {
  test("is read, document by document and consolidated, and both agree", () => {
    const root = parseGroupMetadata(parseJson(answer.theirs["zarr.json"]!), "/");
    const keys = Object.keys(answer.theirs).filter((key) => key !== "zarr.json");
    expect(root.attributes).toEqual({ venue: "binance", id: 2n ** 60n, nan: Number.NaN });
    expect([...root.consolidated!.keys()].sort()).toEqual(
      keys.map((key) => key.slice(0, -"/zarr.json".length)).sort(),
    );
    for (const key of keys) {
      const path = key.slice(0, -"/zarr.json".length);
      const { consolidated: _, ...alone } = parseNodeMetadata(
        parseJson(answer.theirs[key]!),
        `/${path}`,
      ) as GroupMetadata;
      expect(root.consolidated!.get(path)).toMatchObject(alone);
    }
  });

  test("has fill values with the bits that numpy has", () => {
    const root = parseGroupMetadata(parseJson(answer.theirs["zarr.json"]!), "/");
    for (const [name, hex] of Object.entries(answer.fills)) {
      const { fillValue } = root.consolidated!.get(`trades/deep/${name}`) as ArrayMetadata;
      expect(Buffer.from(fillValue.bytes).toString("hex"), name).toBe(hex);
    }
  });

  test("is written again byte for byte but for configurations that it leaves out", () => {
    for (const [key, text] of Object.entries(answer.theirs)) {
      if (text.includes("NaN,") || text.includes("NaN\n")) continue; // Bare words are not written.
      const again = stringifyJson(serializeNodeMetadata(parseNodeMetadata(parseJson(text), `/${key}`)));
      expect(withoutEmptyConfigurations(again), key).toBe(withoutEmptyConfigurations(text));
    }
  });
});

describe("what we write", () => {
  test("is read by zarr-python through the consolidated root, with every value as it was meant", () => {
    const arrays = [...OURS].filter(([, node]) => node.nodeType === "array") as [string, ArrayMetadata][];
    expect(Object.keys(answer.seen).sort()).toEqual(arrays.map(([path]) => path).sort());
    for (const [path, { shape, dataType, fillValue, attributes, dimensionNames }] of arrays) {
      expect(answer.seen[path]).toEqual({
        shape,
        dtype: dataType.name,
        fill: Buffer.from(fillValue.bytes).toString("hex"),
        attributes,
        dimension_names: dimensionNames,
      });
    }
  });

  test("has the keys that zarr-python would write, in its order", () => {
    const written = serializeArrayMetadata(OURS.get("bid_px") as ArrayMetadata);
    const rewritten = answer.rewritten.bid_px as object;
    expect(Object.keys(rewritten)).toEqual(Object.keys(written));
    expect(withoutEmptyConfigurations(JSON.stringify(rewritten, null, 2))).toBe(
      withoutEmptyConfigurations(stringifyJson(written)),
    );
  });
});

function withoutEmptyConfigurations(text: string): string {
  return text.replace(/,\s*"configuration": \{\}/g, "");
}
