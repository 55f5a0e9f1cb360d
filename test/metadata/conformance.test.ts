/** Documents that zarr-python wrote for others' test suites and for the legacy stores. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serializeDataType } from "../../src/metadata/data-type.ts";
import { parseNodeMetadata, serializeNodeMetadata } from "../../src/metadata/group-metadata.ts";
import { decodeJson, type JsonObject } from "../../src/metadata/json.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";

function documentsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith("zarr.json"));
}

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
      const metadata = parseNodeMetadata(document, "/a");
      expect(metadata.attributes).toEqual(document.attributes ?? {});
      if (metadata.nodeType === "array") {
        expect(metadata.shape).toEqual(document.shape);
        expect(serializeDataType(metadata.dataType)).toEqual(document.data_type);
        expect(metadata.codecs.map(({ name }) => name)).toEqual(
          (document.codecs as { name: string }[]).map(({ name }) => name),
        );
      }
      expect(parseNodeMetadata(serializeNodeMetadata(metadata), "/a")).toEqual(metadata);
    });
  });
}
