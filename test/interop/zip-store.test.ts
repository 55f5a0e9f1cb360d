/** Archives of zarr-python's `ZipStore`, which writes a value again by appending another entry of its name. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openGroup, ZipStore } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { askPython } from "./python.ts";

it("reads the latest values of an archive that zarr-python wrote in two steps", async () => {
  const file = join(await temporaryDirectory(), "book.zarr.zip");
  expect(await askPython("write_zip.py", { file })).toEqual({ rows: 100 });
  const root = await openGroup(new ZipStore(file));
  expect(root.attributes).toEqual({ venue: "second" });
  const { data } = (await (await root.array("bid px")).get()) as { data: Int32Array };
  expect(data).toEqual(Int32Array.from({ length: 400 }, (_, item) => (item < 32 ? 7 : item)));
});
