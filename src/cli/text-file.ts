/** Files of text that commands write. */
import { writeFile } from "node:fs/promises";
import { QuarryError } from "../errors.ts";

/**
 * Writes `text` to `file`. What is there already is not touched unless that is asked for.
 * @throws QuarryError `ALREADY_EXISTS`, `STORE_FAILED`
 */
export async function writeTextFile(
  file: string,
  text: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  try {
    await writeFile(file, text, { flag: overwrite ? "w" : "wx" });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const about = { path: file, cause };
    throw code === "EEXIST"
      ? new QuarryError(
          "ALREADY_EXISTS",
          `${file} exists already and was left as it is (--overwrite replaces it)`,
          about,
        )
      : new QuarryError("STORE_FAILED", `cannot write ${file}: ${message}`, about);
  }
}
