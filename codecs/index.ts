/** Every codec that Quarry knows, ours and others'. Adding one is its file and a line here. */
import { adler32Definition } from "./adler32.ts";
import { astypeDefinition } from "./astype.ts";
import { base64Definition } from "./base64.ts";
import { bitroundDefinition } from "./bitround.ts";
import { bloscDefinition } from "./blosc.ts";
import { bytesDefinition } from "./bytes.ts";
import { bz2Definition } from "./bz2.ts";
import { castValueDefinition } from "./cast-value.ts";
import { categorizeDefinition } from "./categorize.ts";
import { crc32Definition } from "./crc32.ts";
import { crc32cDefinition } from "./crc32c.ts";
import type { CodecDefinition } from "./definition.ts";
import { deltaDefinition } from "./delta.ts";
import { fixedScaleOffsetDefinition } from "./fixed-scale-offset.ts";
import { fletcher32Definition } from "./fletcher32.ts";
import { gzipDefinition } from "./gzip.ts";
import { jenkinsLookup3Definition } from "./jenkins-lookup3.ts";
import { json2Definition, legacyJsonDefinition } from "./json2.ts";
import { lz4Definition } from "./lz4.ts";
import { lzmaDefinition } from "./lzma.ts";
import { legacyMsgpackDefinition, msgpack2Definition } from "./msgpack2.ts";
import { numcodecsBloscDefinition } from "./numcodecs-blosc.ts";
import { numcodecsCrc32cDefinition } from "./numcodecs-crc32c.ts";
import { numcodecsGzipDefinition } from "./numcodecs-gzip.ts";
import { numcodecsZstdDefinition } from "./numcodecs-zstd.ts";
import { packBitsDefinition } from "./packbits.ts";
import { quantizeDefinition } from "./quantize.ts";
import { scaleOffsetDefinition } from "./scale-offset.ts";
import { shuffleDefinition } from "./shuffle.ts";
import { temporalDefinition } from "./temporal.ts";
import { transposeDefinition } from "./transpose.ts";
import { v2FilterDefinition } from "./v2-filter.ts";
import { v2StructDefinition } from "./v2-struct.ts";
import { vlenArrayDefinition } from "./vlen-array.ts";
import { vlenBytesDefinition } from "./vlen-bytes.ts";
import { vlenUtf8Definition } from "./vlen-utf8.ts";
import { zlibDefinition } from "./zlib.ts";
import { zstdDefinition } from "./zstd.ts";

export const CODEC_DEFINITIONS: readonly CodecDefinition[] = [
  transposeDefinition,
  deltaDefinition,
  astypeDefinition,
  scaleOffsetDefinition,
  castValueDefinition,
  fixedScaleOffsetDefinition,
  quantizeDefinition,
  bitroundDefinition,
  packBitsDefinition,
  categorizeDefinition,
  temporalDefinition,
  bytesDefinition,
  vlenUtf8Definition,
  vlenBytesDefinition,
  vlenArrayDefinition,
  json2Definition,
  legacyJsonDefinition,
  msgpack2Definition,
  legacyMsgpackDefinition,
  v2StructDefinition,
  v2FilterDefinition,
  shuffleDefinition,
  base64Definition,
  bloscDefinition,
  numcodecsBloscDefinition,
  zstdDefinition,
  numcodecsZstdDefinition,
  gzipDefinition,
  numcodecsGzipDefinition,
  zlibDefinition,
  lz4Definition,
  bz2Definition,
  lzmaDefinition,
  crc32cDefinition,
  numcodecsCrc32cDefinition,
  crc32Definition,
  adler32Definition,
  fletcher32Definition,
  jenkinsLookup3Definition,
];
