/** How the arrays of a store are compressed, by the kind of values they hold. */
import { codec } from "../../codecs/builders.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";

export type PresetName = "portable" | "small" | "fast";
export const PRESET_NAMES: readonly PresetName[] = ["portable", "small", "fast"];

/** `stamps`: 64-bit times and ids that grow from row to row. `levels`: prices and sizes of book or trades. */
export type ValueKind = "stamps" | "prices" | "sizes" | "flags";

export interface ArrayCodecs {
  readonly filters: readonly CodecMetadata[];
  readonly compressors: readonly CodecMetadata[];
}

/** Blosc itself does not notice a flipped bit in its payload, so a checksum follows it in every chunk. */
const blosc = (cname: "zstd" | "lz4", clevel: number): ArrayCodecs => ({
  filters: [],
  compressors: [codec.blosc({ cname, clevel, shuffle: "shuffle" }), codec.crc32c()],
});

const PRESETS: Readonly<Record<PresetName, Readonly<Record<ValueKind, ArrayCodecs>>>> = {
  /** Codecs that every Zarr v3 reader has. */
  portable: {
    stamps: blosc("zstd", 2),
    prices: blosc("zstd", 2),
    sizes: blosc("zstd", 2),
    flags: blosc("zstd", 2),
  },
  /** The smallest that zarr-python with numcodecs reads. */
  small: {
    stamps: { filters: [codec.delta()], compressors: [codec.zstd({ level: 9, checksum: true })] },
    prices: { filters: [], compressors: [codec.zstd({ level: 12, checksum: true })] },
    sizes: { filters: [], compressors: [codec.zstd({ level: 12, checksum: true })] },
    flags: { filters: [], compressors: [codec.zstd({ level: 12, checksum: true })] },
  },
  /** The least work to write and to read. */
  fast: { stamps: blosc("lz4", 5), prices: blosc("lz4", 5), sizes: blosc("lz4", 5), flags: blosc("lz4", 5) },
};

export function codecsOf(preset: PresetName, kind: ValueKind): ArrayCodecs {
  return PRESETS[preset][kind];
}
