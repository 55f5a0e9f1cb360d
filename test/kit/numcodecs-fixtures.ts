/**
 * Golden encodings of numcodecs: for each codec arrays (`array.NN.npy`), configurations (`codec.NN/config.json`)
 * and what the one became under the other (`codec.NN/encoded.NN.dat`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/metadata/json.ts";
import { sharedPath } from "./shared-path.ts";

export const FIXTURES = sharedPath("conformance", "numcodecs", "fixture");

export interface GoldenEncoding {
  /** `codec.03/encoded.07.dat` */
  readonly name: string;
  /** As numcodecs spells it, `id` included. */
  readonly config: JsonObject;
  readonly encoded: Uint8Array;
  /** The array's memory. */
  readonly decoded: Uint8Array;
  /** The array's data type as numpy spells it: `<f8`, `|O`. */
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** Every folder of golden encodings, for example `blosc` or `delta/int32`. */
export function goldenFolders(): string[] {
  const holdsCodecs = (folder: string) => readdirSync(join(FIXTURES, folder)).includes("codec.00");
  return readdirSync(FIXTURES)
    .flatMap((folder) =>
      holdsCodecs(folder) ? [folder] : readdirSync(join(FIXTURES, folder)).map((part) => `${folder}/${part}`),
    )
    .sort();
}

/** All golden encodings below `folder`. */
export function goldenEncodings(folder: string): GoldenEncoding[] {
  const root = join(FIXTURES, folder);
  const codecs = readdirSync(root).filter((name) => name.startsWith("codec."));
  return codecs.flatMap((codec) => {
    const config = JSON.parse(readFileSync(join(root, codec, "config.json"), "utf8")) as JsonObject;
    const files = readdirSync(join(root, codec)).filter((name) => name.startsWith("encoded."));
    return files.map((file) => {
      const [, number] = file.split(".");
      return {
        name: `${codec}/${file}`,
        config,
        encoded: new Uint8Array(readFileSync(join(root, codec, file))),
        ...readNpy(new Uint8Array(readFileSync(join(root, `array.${number}.npy`)))),
      };
    });
  });
}

/** A version 1 .npy file: magic (6), version (2), header length (2), header (a Python literal), the array's memory. */
function readNpy(file: Uint8Array): Pick<GoldenEncoding, "decoded" | "dtype" | "shape"> {
  const headerEnd = 10 + new DataView(file.buffer, file.byteOffset).getUint16(8, true);
  const header = new TextDecoder().decode(file.subarray(10, headerEnd));
  const [, dtype] = /'descr': '([^']+)'/.exec(header)!;
  const [, shape] = /'shape': \(([^)]*)\)/.exec(header)!;
  const extents = shape!.split(",").filter((extent) => extent.trim() !== "");
  return { dtype: dtype!, shape: extents.map(Number), decoded: file.slice(headerEnd) };
}
