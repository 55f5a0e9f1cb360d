/** Captures as files. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "../temporary-directory.ts";

/** A file named `name`, in a directory of its own; lines of text get their line feeds. */
export async function writtenCapture(
  content: readonly string[] | string | Uint8Array,
  name = "capture",
): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  const isText = typeof content === "string" || content instanceof Uint8Array;
  await writeFile(path, isText ? content : content.map((line) => `${line}\n`).join(""));
  return path;
}
