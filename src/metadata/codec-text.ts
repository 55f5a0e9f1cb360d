/** Codecs as people read them. */
import type { CodecMetadata } from "./array-metadata.ts";
import { stringifyJson } from "./json.ts";

/** `blosc(zstd 2 shuffle)`: what tells one chain from another; sizes and defaults are in `--json`. */
export function codecText({ name, configuration }: CodecMetadata): string {
  const parts = Object.entries(configuration).flatMap(([key, value]) => {
    if (value === false || ["typesize", "blocksize", "elementsize"].includes(key)) return [];
    if (key === "endian" && value === "little") return [];
    if (value === true) return [key];
    return [typeof value === "object" ? stringifyJson(value, 0) : String(value)];
  });
  return parts.length === 0 ? name : `${name}(${parts.join(" ")})`;
}
