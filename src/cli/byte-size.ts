/** Sizes as people type them: `512MiB`, `1.5GB`, `1073741824`. */
import { InvalidArgumentError } from "commander";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The number of bytes that `text` names, for commander. @throws InvalidArgumentError */
export function byteSize(text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text) ?? [];
  if (digits !== undefined && Object.hasOwn(FACTORS, unit))
    return Math.floor(Number(digits) * FACTORS[unit]!);
  throw new InvalidArgumentError(`a size is a number with B, kB, MB, GB, KiB, MiB or GiB, such as 512MiB.`);
}
