/**
 * How the arrays of a book store are compressed, by the kind of their values. The choices were measured on real
 * books; the table is in `spec/book-store.md`, and `bench/presets.mjs` prints it anew.
 */
import { codec } from "../../codecs/builders.ts";
import type { ChainCodecs } from "../layout/suggest-codecs.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { checkedZstdLevel } from "./schema-codecs.ts";

/** `portable`: for every Zarr v3 reader. `small`: for least space. `fast`: for least work. */
export type PresetName = "portable" | "small" | "fast";
export const PRESET_NAMES: readonly PresetName[] = ["portable", "small", "fast"];

/**
 * What sets kinds apart is how an item resembles those before it: event times repeat and step in whole
 * milliseconds, clocks and ids grow by amounts without a pattern, prices of neighbouring levels are a few ticks
 * apart, sizes of levels repeat whole from row to row, and the prices and sizes of trades come back.
 */
export type ValueKind = "event-times" | "clocks-and-ids" | "level-prices" | "level-sizes" | "trade-values";

type Preset = Readonly<Record<ValueKind, ChainCodecs>>;

export interface PresetOptions {
  /** Default `portable`. */
  readonly preset?: PresetName | undefined;
  /**
   * Level of zstd, 1 … 22; default 3 for `portable` and 9 for `small`. Blosc has nine levels of its own, which run
   * zstd at 1, 3, 5 … 15 and 22: `portable` takes the one next below. `fast` has no zstd.
   */
  readonly zstdLevel?: number | undefined;
}

/**
 * The chain of an array of `kind`. Its last codec is a checksum, because Blosc and zstd may decode a flipped bit to
 * wrong values.
 * @throws RangeError for a zstd level out of range, or with the preset `fast`
 */
export function codecsOf({ preset = "portable", zstdLevel }: PresetOptions, kind: ValueKind): ChainCodecs {
  const level = zstdLevel === undefined ? undefined : checkedZstdLevel(zstdLevel);
  return PRESETS[preset](level)[kind];
}

const PRESETS: Readonly<Record<PresetName, (zstdLevel: number | undefined) => Preset>> = {
  portable: (zstdLevel = 3) =>
    uniform(chain([], codec.blosc({ cname: "zstd", clevel: bloscLevelOf(zstdLevel), shuffle: "shuffle" }))),
  small: (zstdLevel = 9) => {
    const zstd = codec.zstd({ level: zstdLevel });
    return {
      "event-times": chain([codec.delta()], zstd),
      "clocks-and-ids": chain([codec.delta()], codec.shuffle(), zstd),
      "level-prices": chain([codec.delta()], codec.shuffle(), zstd),
      "level-sizes": chain([], zstd),
      "trade-values": chain([], codec.shuffle(), zstd),
    };
  },
  fast: (zstdLevel) => {
    if (zstdLevel !== undefined) {
      throw new RangeError("the preset fast compresses with lz4: a zstd level is for portable and small");
    }
    return uniform(chain([], codec.blosc({ cname: "lz4", clevel: 5, shuffle: "shuffle" })));
  },
};

function bloscLevelOf(zstdLevel: number): number {
  return zstdLevel === 22 ? 9 : Math.min(8, Math.ceil(zstdLevel / 2));
}

function chain(filters: readonly CodecMetadata[], ...compressors: readonly CodecMetadata[]): ChainCodecs {
  return { filters, compressors: [...compressors, codec.crc32c()] };
}

function uniform(codecs: ChainCodecs): Preset {
  return {
    "event-times": codecs,
    "clocks-and-ids": codecs,
    "level-prices": codecs,
    "level-sizes": codecs,
    "trade-values": codecs,
  };
}
