/** The formats that captures come in, by name. A format is one file beside this one, and a line here. */
import { QuarryError } from "../../errors.ts";
import { BINANCE } from "./binance.ts";
import type { CaptureOptions } from "./capture-source.ts";
import { CSV } from "./csv.ts";
import { DBN } from "./dbn.ts";
import type { CaptureBlock, CaptureFormat } from "./decoder.ts";
import { readFileHead } from "./file-head.ts";
import { HFTBACKTEST } from "./hftbacktest.ts";
import { LEAN } from "./lean.ts";
import { LOBSTER } from "./lobster.ts";
import { OKX } from "./okx.ts";

const FORMATS = {
  binance: BINANCE,
  csv: CSV,
  dbn: DBN,
  hftbacktest: HFTBACKTEST,
  lean: LEAN,
  lobster: LOBSTER,
  okx: OKX,
} as const;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

export function formatNamed(name: FormatName): CaptureFormat<CaptureBlock> {
  return FORMATS[name];
}

/**
 * The format of a capture, by what its first file begins with.
 * @throws QuarryError `CAPTURE_INVALID` where that is no format or several; `NOT_FOUND`, `STORE_FAILED`
 */
export async function detectFormat(
  files: readonly string[],
  options: Pick<CaptureOptions, "columns"> = {},
): Promise<FormatName> {
  const path = files[0];
  if (path === undefined) throw new RangeError("a capture has one file at least");
  const head = await readFileHead(path);
  const recognised = FORMAT_NAMES.filter((name) => formatNamed(name).recognises(head, options));
  const [only] = recognised;
  if (recognised.length === 1) return only as FormatName;
  const what = only === undefined ? "is in no format that is known" : `may be ${recognised.join(" or ")}`;
  throw new QuarryError("CAPTURE_INVALID", `${path} ${what} by what it begins with; name its format`, {
    path,
  });
}
