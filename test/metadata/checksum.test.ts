import { describe, expect, test } from "vitest";
import { readSeal, SEAL_PREFIX, sealRootDocument, verifySeal } from "../../src/metadata/checksum.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { decodeJson, encodeJson, type JsonObject } from "../../src/metadata/json.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("crc32c", () => {
  test.each([
    // The check value of the CRC catalogue, then the examples of RFC 3720, appendix B.4.
    ["123456789", utf8("123456789"), 0xe3069283],
    ["nothing", new Uint8Array(0), 0],
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ["31 to 0", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])("of %s", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

const ROOT: JsonObject = {
  attributes: {
    venue: "binance",
    "0": "a name that sorts before all others",
    quarry: { written_by: "0.1.0" },
  },
  zarr_format: 3,
  consolidated_metadata: { kind: "inline", must_understand: false, metadata: {} },
  node_type: "group",
};

/** A sealed hierarchy of three documents, in the keys that a seal uses. */
function hierarchy(): Map<string, Uint8Array> {
  const others = new Map([
    ["trades/zarr.json", utf8('{"zarr_format": 3, "node_type": "group"}')],
    ["bid_px/zarr.json", utf8('{\n  "shape": [1000, 20]\n}')],
  ]);
  return new Map([["zarr.json", sealRootDocument(ROOT, others)], ...others]);
}

const verify = (files: ReadonlyMap<string, Uint8Array>) =>
  verifySeal(files.get("zarr.json")!, async (key) => files.get(key));

describe("a seal", () => {
  test("holds when nothing has changed", async () => {
    const files = hierarchy();
    expect(await verify(files)).toEqual({
      sealed: true,
      keys: ["zarr.json", "bid_px/zarr.json", "trades/zarr.json"],
      faults: [],
    });
    expect(readSeal(files.get("zarr.json")!)?.get("bid_px/zarr.json")).toBe(
      crc32c(files.get("bid_px/zarr.json")!).toString(16).padStart(8, "0"),
    );
  });

  test("stands first in the root and leaves the rest of the document as it is", () => {
    const sealed = hierarchy().get("zarr.json")!;
    expect(new TextDecoder().decode(sealed).startsWith(SEAL_PREFIX)).toBe(true);
    const document = decodeJson(sealed) as JsonObject;
    const { quarry, ...attributes } = document.attributes as JsonObject;
    const { metadata_crc32c: sums, ...facts } = quarry as JsonObject;
    expect(Object.keys(sums as JsonObject)).toHaveLength(3);
    expect({ ...document, attributes: { ...attributes, quarry: facts } }).toEqual(ROOT);
  });

  test("is the checksum of the root with its own digits as zeros", () => {
    const sealed = hierarchy().get("zarr.json")!;
    const text = new TextDecoder().decode(sealed);
    const digits = text.slice(SEAL_PREFIX.length, SEAL_PREFIX.length + 8);
    const zeroed = `${SEAL_PREFIX}00000000${text.slice(SEAL_PREFIX.length + 8)}`;
    expect(crc32c(utf8(zeroed)).toString(16).padStart(8, "0")).toBe(digits);
  });

  test("is replaced when a sealed document is sealed again", () => {
    const others = new Map([["a/zarr.json", utf8("{}")]]);
    const once = sealRootDocument(ROOT, others);
    expect(sealRootDocument(decodeJson(once) as JsonObject, others)).toEqual(once);
    const fewer = readSeal(sealRootDocument(decodeJson(once) as JsonObject, new Map()));
    expect([...fewer!.keys()]).toEqual(["zarr.json"]);
  });

  test("finds any single changed bit of any document, blanks included", async () => {
    const files = hierarchy();
    for (const [key, bytes] of files) {
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const changed = bytes.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const report = await verify(new Map([...files, [key, changed]]));
        expect.soft(report.faults[0]?.key, `bit ${bit} of ${key}`).toBe(key);
      }
    }
  });

  test("finds any byte that is gone or one too many in the root", async () => {
    const files = hierarchy();
    const root = files.get("zarr.json")!;
    for (let at = 0; at < root.length; at++) {
      const shorter = Buffer.concat([root.subarray(0, at), root.subarray(at + 1)]);
      const longer = Buffer.concat([root.subarray(0, at), Buffer.from(" "), root.subarray(at)]);
      for (const changed of [shorter, longer]) {
        const report = await verify(new Map([...files, ["zarr.json", changed]]));
        const isJson = isReadable(changed);
        // What is no JSON any more is told by whoever opens it.
        if (isJson) expect.soft(report.faults[0]?.key, `byte ${at}`).toBe("zarr.json");
      }
    }
  });

  test("names a document that is gone and one that another program wrote", async () => {
    const files = hierarchy();
    files.delete("bid_px/zarr.json");
    files.set("trades/zarr.json", utf8("{}"));
    const { faults } = await verify(files);
    expect(faults).toMatchObject([
      { key: "bid_px/zarr.json", kind: "missing" },
      { key: "trades/zarr.json", kind: "changed", computed: crc32c(utf8("{}")).toString(16) },
    ]);
  });

  test("is damaged when it is not where it belongs or not complete", async () => {
    const document = decodeJson(hierarchy().get("zarr.json")!) as JsonObject;
    const { attributes, ...rest } = document;
    const quarry = (sums: JsonObject): JsonObject => ({
      attributes: { quarry: { metadata_crc32c: sums } },
      ...rest,
    });
    const roots = [
      encodeJson({ ...rest, attributes: attributes! }),
      encodeJson(quarry({ "zarr.json": "0000000" })),
      encodeJson(quarry({ "zarr.json": "00000000", "a/zarr.json": 5 })),
      hierarchy().get("zarr.json")!.slice(0, 300),
    ];
    for (const root of roots) {
      expect(await verifySeal(root, async () => undefined)).toMatchObject({
        sealed: true,
        faults: [{ key: "zarr.json", kind: "damaged-seal" }],
      });
    }
  });

  test("is no fault where there is none", async () => {
    const quarry = { quarry: { written_by: "0.1.0" } };
    for (const root of [ROOT, { ...ROOT, attributes: {} }, { ...ROOT, attributes: quarry }, [], 5, "a"]) {
      const bytes = encodeJson(root as JsonObject);
      expect(readSeal(bytes)).toBeUndefined();
      expect(await verifySeal(bytes, async () => undefined)).toEqual({ sealed: false, keys: [], faults: [] });
    }
  });

  test("that does not hold is an error for who reads it", () => {
    const root = hierarchy().get("zarr.json")!;
    root[root.length - 5]! ^= 1;
    expect(() => readSeal(root)).toThrowError(
      expect.objectContaining({
        code: "METADATA_CHECKSUM",
        path: "/",
        message: expect.stringContaining("/zarr.json"),
      }),
    );
  });
});

function isReadable(bytes: Uint8Array): boolean {
  try {
    decodeJson(bytes);
    return true;
  } catch {
    return false;
  }
}
