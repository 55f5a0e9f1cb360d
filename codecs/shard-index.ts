/** What the index of our own shards goes through: little-endian, with a checksum. */
import type { CodecMetadata } from "../src/metadata/array-metadata.ts";

export const INDEX_CODECS: readonly CodecMetadata[] = [
  { name: "bytes", configuration: { endian: "little" } },
  { name: "crc32c", configuration: {} },
];
