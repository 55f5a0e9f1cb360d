// The codec chains that are measured, as they stand in `zarr.json`. Every engine gets the same document, so that none
// can choose another level, block size or checksum.

const bytes = { name: "bytes", configuration: { endian: "little" } };
const crc32c = { name: "crc32c", configuration: {} };

const blosc = (cname, clevel) => ({
  name: "blosc",
  configuration: { cname, clevel, shuffle: "shuffle", typesize: 4, blocksize: 0 },
});

/** `compressor`, `level` and `checksum` say the same as `codecs`, for programs that do not read Zarr metadata. */
export const chains = [
  {
    name: "zstd-3",
    title: "zstd 3",
    codecs: [bytes, { name: "zstd", configuration: { level: 3, checksum: false } }],
    compressor: "zstd",
    level: 3,
    checksum: false,
  },
  {
    name: "blosc-zstd-5",
    title: "blosc-zstd 5 shuffle",
    codecs: [bytes, blosc("zstd", 5)],
    compressor: "blosc-zstd",
    level: 5,
    checksum: false,
  },
  {
    name: "blosc-lz4-5",
    title: "blosc-lz4 5 shuffle",
    codecs: [bytes, blosc("lz4", 5)],
    compressor: "blosc-lz4",
    level: 5,
    checksum: false,
  },
  {
    // What Quarry itself writes a book store with: src/market/presets.ts.
    name: "portable",
    title: "blosc-zstd 2 shuffle + crc32c",
    codecs: [bytes, blosc("zstd", 2), crc32c],
    compressor: "blosc-zstd",
    level: 2,
    checksum: true,
  },
];
