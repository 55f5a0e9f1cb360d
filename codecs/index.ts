/** Every codec that Quarry knows, ours and others'. Adding one is its file and a line here. */
import { astypeDefinition } from "./astype.ts";
import { bloscDefinition } from "./blosc.ts";
import { bytesDefinition } from "./bytes.ts";
import { crc32cDefinition } from "./crc32c.ts";
import type { CodecDefinition } from "./definition.ts";
import { deltaDefinition } from "./delta.ts";
import { gzipDefinition } from "./gzip.ts";
import { lz4Definition } from "./lz4.ts";
import { numcodecsZstdDefinition } from "./numcodecs-zstd.ts";
import { shuffleDefinition } from "./shuffle.ts";
import { temporalDefinition } from "./temporal.ts";
import { transposeDefinition } from "./transpose.ts";
import { zstdDefinition } from "./zstd.ts";

export const CODEC_DEFINITIONS: readonly CodecDefinition[] = [
  transposeDefinition,
  deltaDefinition,
  astypeDefinition,
  temporalDefinition,
  bytesDefinition,
  shuffleDefinition,
  bloscDefinition,
  zstdDefinition,
  numcodecsZstdDefinition,
  gzipDefinition,
  lz4Definition,
  crc32cDefinition,
];
