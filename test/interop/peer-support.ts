/**
 * What each peer does not support, in the one place that says so: a peer that refuses anything else fails the batches,
 * and so does one that no longer refuses what stands here. Features are those of `batch-cases.ts`.
 */
import type { Peer } from "./batch.ts";

export type Direction = "read" | "write";

/**
 * - `refuses`: the peer throws, and says this; `may refuse`: that, or it does it right, as the items will have it.
 * - `garbles`: it reads or writes other values without a word; `peer-faults.test.ts` shows it.
 * - `dies`: the whole process ends, so it is not asked.
 */
export type Shortcoming =
  | { readonly as: "refuses" | "may refuse"; readonly says: string }
  | { readonly as: "garbles" }
  | { readonly as: "dies" };

type Shortcomings = Readonly<Record<string, Shortcoming>>;

const refuses = (says: string): Shortcoming => ({ as: "refuses", says });
const mayRefuse = (says: string): Shortcoming => ({ as: "may refuse", says });

/** What neither of the two compiled implementations has. */
const NUMCODECS = [
  ...["delta", "lz4", "zstd", "gzip"],
  ...["crc32", "crc32c", "adler32", "fletcher32", "jenkins_lookup3"],
];

const withoutCodecs = (numcodecs: readonly string[], says: string): Shortcomings =>
  Object.fromEntries(numcodecs.map((name) => [`codec numcodecs.${name}`, refuses(says)]));

/** zarr-python compares the shapes of shard and inner chunk as if no codec before the shards had permuted them. */
const PERMUTED_SHARDS: Shortcomings = {
  "permuted shards": refuses("needs to be divisible by the shard's inner `chunk_shape`"),
};

/** It takes the differences as if they had been stored in the byte order of the machine. */
const MISREAD: Shortcomings = { "delta of big-endian items": { as: "garbles" } };

const withoutTypes = (types: readonly string[], says: string): Shortcomings =>
  Object.fromEntries(types.map((name) => [`type ${name}`, refuses(says)]));

/** What both compiled implementations lack, or lack behind Python. */
const TYPES = [
  ...["string", "variable_length_bytes", "fixed_length_utf32", "null_terminated_bytes"],
  ...["numpy.datetime64", "numpy.timedelta64", "structured"],
];

const TENSORSTORE: Shortcomings = {
  "codec behind shards": refuses("Sharding codec"),
  ...withoutTypes(TYPES, 'Error parsing object member "'),
  // One field at a time.
  "type struct": refuses('specify a "field"'),
  "type r24": { as: "dies" },
  "type raw_bytes": { as: "dies" },
  ...withoutCodecs([...NUMCODECS, "shuffle", "zlib", "bz2"], "is not registered"),
};

/** It writes them as `raw_bytes` and `structured`. */
const UNKNOWN_TYPES: Shortcomings = { "type r24": refuses("r24'"), "type struct": refuses("ValueError") };

const ZARR_PYTHON: Shortcomings = {
  ...PERMUTED_SHARDS,
  ...UNKNOWN_TYPES,
  "type raw_bytes in shards": mayRefuse("unhashable type"),
  "type structured in shards": mayRefuse("unhashable type"),
};

const ZARRS: Shortcomings = {
  ...PERMUTED_SHARDS,
  "transpose of no dimensions": refuses("UnsupportedMetadataError"),
  ...withoutCodecs(NUMCODECS, "UnsupportedMetadataError"),
  ...withoutTypes([...TYPES, "raw_bytes"], "Unsupported"),
  // zarr-python, which opens arrays for it, knows neither name.
  ...UNKNOWN_TYPES,
};

const SHORTCOMINGS: Readonly<Record<Peer, Readonly<Record<Direction, Shortcomings>>>> = {
  "zarr-python": {
    read: { ...ZARR_PYTHON, ...MISREAD },
    write: {
      ...ZARR_PYTHON,
      // Before it writes a part of a shard it reads the rest.
      ...MISREAD,
      // It takes differences and strings in the order in which the items lie in memory, and reads them in C order.
      "delta of transposed items": { as: "garbles" },
      "strings of transposed items": { as: "garbles" },
      "shards of no dimensions": refuses("IndexError: too many indices for array"),
    },
  },
  tensorstore: { read: TENSORSTORE, write: TENSORSTORE },
  zarrs: {
    // Of a chunk that is wanted in part it turns round the bytes of both parts of a number at once.
    read: { ...ZARRS, "big-endian complex": { as: "garbles" } },
    write: ZARRS,
  },
};

/** Why `peer` does not read or write an array with `features` as it should; none where it does. */
export const shortcomingsOf = (
  peer: Peer,
  direction: Direction,
  features: readonly string[],
): readonly Shortcoming[] =>
  [...new Set(features)].flatMap((feature) => SHORTCOMINGS[peer][direction][feature] ?? []);
