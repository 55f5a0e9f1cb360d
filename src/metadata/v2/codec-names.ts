/**
 * Codecs of Zarr v2 by the name and configuration that they have in Zarr v3.
 *
 * In v2 a codec is `{"id": "zlib", "level": 1}`. Where Zarr v3 has the same codec under a name of its own, it is that
 * one, with the configuration translated; the others of numcodecs are `numcodecs.<id>` with the members that they
 * have. An id that is nobody's keeps its name: whoever registers a codec under it can read the array.
 */

import type { CodecMetadata } from "../array-metadata.ts";
import type { DataType } from "../data-type.ts";
import { dataTypeOf, OBJECT_TYPE } from "../data-type.ts";
import type { JsonObject } from "../json.ts";

interface Translation {
  readonly name: string;
  readonly configuration?: (members: JsonObject) => JsonObject;
}

const TRANSLATIONS: ReadonlyMap<string, Translation> = new Map<string, Translation>([
  ["blosc", { name: "blosc", configuration: bloscConfiguration }],
  ["zstd", { name: "zstd", configuration: zstdConfiguration }],
  ["gzip", { name: "gzip", configuration: gzipConfiguration }],
  ["vlen-utf8", { name: "vlen-utf8" }],
  ["vlen-bytes", { name: "vlen-bytes" }],
]);

/** The other codecs of numcodecs, known here or not. */
const NUMCODECS_IDS: ReadonlySet<string> = new Set([
  ...["adler32", "astype", "base64", "bitround", "bz2", "categorize", "crc32", "crc32c", "delta"],
  ...["fixedscaleoffset", "fletcher32", "jenkins_lookup3", "json", "json2", "lz4", "lzma", "msgpack"],
  ...[
    "msgpack",
    "msgpack2",
    "packbits",
    "pcodec",
    "pickle",
    "quantize",
    "shuffle",
    "vlen-array",
    "zfpy",
    "zlib",
  ],
]);

/** @param codec as the document has it: an object with an `id` */
export function codecOfV2(codec: JsonObject): CodecMetadata {
  const { id, ...members } = codec;
  const translation = TRANSLATIONS.get(id as string);
  if (translation === undefined) {
    const name = NUMCODECS_IDS.has(id as string) ? `numcodecs.${id}` : (id as string);
    return { name, configuration: members };
  }
  const { name, configuration } = translation;
  return { name, configuration: configuration === undefined ? members : configuration(members) };
}

/** What the items of dtype `"|O"` are, by the codec that stores them; the first that stores objects counts. */
export function objectTypeOf(codecs: readonly JsonObject[]): DataType | undefined {
  for (const { id } of codecs) {
    if (id === "vlen-utf8") return dataTypeOf("string");
    if (id === "vlen-bytes") return dataTypeOf("variable_length_bytes");
    if (OBJECT_IDS.has(id as string)) return OBJECT_TYPE;
  }
  return undefined;
}

const OBJECT_IDS: ReadonlySet<string> = new Set([
  ...["categorize", "json", "json2", "msgpack", "msgpack2", "pickle", "vlen-array"],
]);

/** By numcodecs' number. -1 leaves the choice to the item size, as no value at all does in v3. */
const BLOSC_SHUFFLES: ReadonlyMap<unknown, string | null> = new Map([
  [-1, null],
  [0, "noshuffle"],
  [1, "shuffle"],
  [2, "bitshuffle"],
]);

function bloscConfiguration(members: JsonObject): JsonObject {
  const { shuffle = 1 } = members;
  const name = BLOSC_SHUFFLES.get(shuffle);
  // A number that is none of these is the codec's to refuse.
  return { ...members, shuffle: name === undefined ? shuffle : name };
}

// Levels mean nothing to who reads, but a configuration has to be valid.

/** numcodecs takes any number for a level, and uses the nearest that there is. */
function zstdConfiguration(members: JsonObject): JsonObject {
  const { level } = members;
  return typeof level === "number" ? { ...members, level: Math.min(Math.max(level, -131072), 22) } : members;
}

/** -1 is zlib's default. */
function gzipConfiguration(members: JsonObject): JsonObject {
  return members.level === -1 ? { ...members, level: 6 } : members;
}
