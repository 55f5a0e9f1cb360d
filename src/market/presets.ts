/**
 * How the arrays of a store are compressed, by the kind of their values. The choices were measured on real
 * books; the table is in `spec/book-store.md`, and `bench/presets.mjs` prints it anew.
 */
import { codec } from "../../codecs/builders.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";

/** `portable`: for every Zarr v3 reader. `small`: for least space. `fast`: for least work. */
export type PresetName = "portable" | "small" | "fast";
export const PRESET_NAMES: readonly PresetName[] = ["portable", "small", "fast"];

/**
 * What sets kinds apart is how an item resembles those before it: event times repeat and step in whole
 * milliseconds, clocks and ids grow by amounts without a pattern, prices of neighbouring levels are a few ticks
 * apart, sizes of levels repeat whole from row to row, and the prices and sizes of trades come back.
 */
export type ValueKind = "event-times" | "clocks-and-ids" | "level-prices" | "level-sizes" | "trade-values";

export interface ArrayCodecs {
  /** Array codecs before `bytes`. */
  readonly filters: readonly CodecMetadata[];
  /** Codecs after `bytes`; the last is a checksum, because Blosc and zstd may decode a flipped bit to wrong values. */
  readonly compressors: readonly CodecMetadata[];
}

type Preset = Readonly<Record<ValueKind, ArrayCodecs>>;

function chain(filters: readonly CodecMetadata[], ...compressors: readonly CodecMetadata[]): ArrayCodecs {
  return { filters, compressors: [...compressors, codec.crc32c()] };
}

function uniform(codecs: ArrayCodecs): Preset {
  return {
    "event-times": codecs,
    "clocks-and-ids": codecs,
    "level-prices": codecs,
    "level-sizes": codecs,
    "trade-values": codecs,
  };
}

const zstd9 = codec.zstd({ level: 9 });

const PRESETS: Readonly<Record<PresetName, Preset>> = {
  portable: uniform(chain([], codec.blosc({ cname: "zstd", clevel: 2, shuffle: "shuffle" }))),
  small: {
    "event-times": chain([codec.delta()], zstd9),
    "clocks-and-ids": chain([codec.delta()], codec.shuffle(), zstd9),
    "level-prices": chain([codec.delta()], codec.shuffle(), zstd9),
    "level-sizes": chain([], zstd9),
    "trade-values": chain([], codec.shuffle(), zstd9),
  },
  fast: uniform(chain([], codec.blosc({ cname: "lz4", clevel: 5, shuffle: "shuffle" }))),
};

export function codecsOf(preset: PresetName, kind: ValueKind): ArrayCodecs {
  return PRESETS[preset][kind];
}
