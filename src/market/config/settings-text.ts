/** The text of a file that somebody wrote by hand: a schema, or a `quarry.toml`. */
import { readFile, stat } from "node:fs/promises";
import { type ErrorCode, QuarryError } from "../../errors.ts";

/** More than anybody writes by hand: what is larger is some other file. */
const TEXT_BYTES_MAX = 1024 * 1024;

/**
 * @param code of the error for a file that is no text, or too large
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`, or with `code`
 */
export async function readSettingsText(file: string, code: ErrorCode): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > TEXT_BYTES_MAX) {
      throw new QuarryError(code, `${file} has ${size} bytes; such files have at most ${TEXT_BYTES_MAX}`, {
        path: file,
      });
    }
    bytes = await readFile(file);
  } catch (cause) {
    if (cause instanceof QuarryError) throw cause;
    const { code: systemCode, message } = cause as NodeJS.ErrnoException;
    throw systemCode === "ENOENT"
      ? new QuarryError("NOT_FOUND", `there is no file ${file}`, { path: file, cause })
      : new QuarryError("STORE_FAILED", `cannot read ${file}: ${message}`, { path: file, cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new QuarryError(code, `${file} is no text in UTF-8`, { path: file, cause });
  }
}
