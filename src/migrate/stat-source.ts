/** What lies at the path of a source. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { QuarryError } from "../errors.ts";

/** @throws QuarryError `NOT_FOUND`, `STORE_FAILED` */
export async function statSource(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new QuarryError("NOT_FOUND", `there is nothing at ${path}`, { path, cause });
    }
    throw new QuarryError("STORE_FAILED", `could not read ${path}: ${message}`, { path, cause });
  }
}
