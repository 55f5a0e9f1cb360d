/**
 * What each peer does not support, in the one place that says so: a peer that refuses anything else fails the batches,
 * and so does one that no longer refuses what stands here. Features are those of `batch-cases.ts`.
 */
import type { Peer } from "./batch.ts";

export type Direction = "read" | "write";

/**
 * `refuses`: the peer throws, and says this. `garbles`: it reads or writes other values without a word;
 * `peer-faults.test.ts` shows it. `dies`: the whole process ends, so it is not asked.
 */
export type Shortcoming =
  | { readonly as: "refuses"; readonly says: string }
  | { readonly as: "garbles" }
  | { readonly as: "dies" };

type Shortcomings = Readonly<Record<string, Shortcoming>>;

const refuses = (says: string): Shortcoming => ({ as: "refuses", says });

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

const TENSORSTORE: Shortcomings = {
  "codec behind shards": refuses("Sharding codec"),
  ...withoutCodecs([...NUMCODECS, "shuffle", "zlib"], "is not registered"),
};

const ZARRS: Shortcomings = {
  ...PERMUTED_SHARDS,
  "transpose of no dimensions": refuses("UnsupportedMetadataError"),
  ...withoutCodecs(NUMCODECS, "UnsupportedMetadataError"),
};

const SHORTCOMINGS: Readonly<Record<Peer, Readonly<Record<Direction, Shortcomings>>>> = {
  "zarr-python": {
    read: { ...PERMUTED_SHARDS, ...MISREAD },
    write: {
      ...PERMUTED_SHARDS,
      // Before it writes a part of a shard it reads the rest.
      ...MISREAD,
      // It takes the differences in the order in which the items lie in memory, and reads them in C order.
      "delta of transposed items": { as: "garbles" },
      "shards of no dimensions": refuses("IndexError: too many indices for array"),
    },
  },
  tensorstore: { read: TENSORSTORE, write: TENSORSTORE },
  zarrs: { read: ZARRS, write: ZARRS },
};

/** Why `peer` does not read or write an array with `features` as it should; none where it does. */
export const shortcomingsOf = (
  peer: Peer,
  direction: Direction,
  features: readonly string[],
): readonly Shortcoming[] =>
  [...new Set(features)].flatMap((feature) => SHORTCOMINGS[peer][direction][feature] ?? []);
