import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGroup, openWriter } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

test("a change that is refused since nobody can look into the journal holds no writer up", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  const array = await root.createArray("px", { shape: [0], dataType: "int32", chunks: [2] });
  await writeFile(`${path}.journal`, "a file, where a directory belongs");
  await expect(array.append(Int32Array.of(1))).rejects.toMatchObject({ code: "ENOTDIR" });
  await rm(`${path}.journal`);
  const writer = await openWriter(path);
  await writer.append({ px: Int32Array.of(2) });
  await writer.close();
});
