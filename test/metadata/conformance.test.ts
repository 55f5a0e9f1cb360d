/** Documents that zarr-python wrote for others' test suites and for the legacy stores. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isQuarryError } from "../../src/errors.ts";
import {
  type NodeMetadata,
  parseNodeMetadata,
  serializeNodeMetadata,
} from "../../src/metadata/group-metadata.ts";
import { decodeJson, type JsonObject } from "../../src/metadata/json.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";

function documentsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith("zarr.json"));
}

function dataTypeName(document: JsonObject): unknown {
  const dataType = document.data_type as string | JsonObject;
  return typeof dataType === "string" ? dataType : dataType.name;
}

const BEYOND_US = new Set(["string", "fixed_length_utf32", "null_terminated_bytes"]);

for (const [title, folder, least] of [
  ["documents of zarrita's fixtures", sharedPath("conformance", "zarrita", "fixtures", "v3"), 40],
  ["documents of the legacy stores", sharedPath("legacy", "weekly-v3"), 20],
] as const) {
  describeShared(title, folder, () => {
    const names = documentsIn(folder);

    test("are there", () => {
      expect(names.length).toBeGreaterThan(least);
    });

    test.each(names)("%s is read, and written with the same meaning", (name) => {
      const document = decodeJson(readFileSync(join(folder, name))) as JsonObject;
      let metadata: NodeMetadata;
      try {
        metadata = parseNodeMetadata(document, "/a");
      } catch (error) {
        expect(
          isQuarryError(error, "UNSUPPORTED_DATA_TYPE") && BEYOND_US.has(dataTypeName(document) as string),
        ).toBe(true);
        return;
      }
      expect(metadata.attributes).toEqual(document.attributes ?? {});
      if (metadata.nodeType === "array") {
        expect(metadata.shape).toEqual(document.shape);
        expect(metadata.dataType.name).toBe(dataTypeName(document));
        expect(metadata.codecs.map(({ name }) => name)).toEqual(
          (document.codecs as { name: string }[]).map(({ name }) => name),
        );
      }
      expect(parseNodeMetadata(serializeNodeMetadata(metadata), "/a")).toEqual(metadata);
    });
  });
}
