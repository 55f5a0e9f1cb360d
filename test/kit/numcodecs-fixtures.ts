/**
 * Golden encodings of numcodecs: for each codec arrays (`array.NN.npy`), configurations (`codec.NN/config.json`)
 * and what the one became under the other (`codec.NN/encoded.NN.dat`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/metadata/json.ts";
import { sharedPath } from "./shared.ts";

export const FIXTURES = sharedPath("conformance", "numcodecs", "fixture");

export interface GoldenEncoding {
  /** `codec.03/encoded.07.dat` */
  readonly name: string;
  /** As numcodecs spells it, `id` included. */
  readonly config: JsonObject;
  readonly encoded: Uint8Array;
  /** The array's memory. */
  readonly decoded: Uint8Array;
}

/** All golden encodings below `folder`, for example `blosc` or `delta/int32`. */
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
        decoded: npyData(new Uint8Array(readFileSync(join(root, `array.${number}.npy`)))),
      };
    });
  });
}

/** What follows the header of a version 1 .npy file: magic (6), version (2), header length (2), header. */
function npyData(file: Uint8Array): Uint8Array {
  const headerBytes = new DataView(file.buffer, file.byteOffset).getUint16(8, true);
  return file.slice(10 + headerBytes);
}
