/**
 * `numcodecs.lzma` (bytes to bytes): an xz stream, a `.lzma` file or LZMA without a container. Read, not written:
 * arrays that nobody else wrote are better served by zstd.
 *
 * Configuration, as Python's `lzma` has it: `{ "format": 1, "check": -1, "preset": null, "filters": null }`.
 * `format`: 0 one of the next two, 1 xz, 2 `.lzma`, 3 none, which needs `filters`. `check` and `preset` are the
 * encoder's. `filters`: those of format 3 in the order of encoding, delta (3) before LZMA2 (33), or LZMA1
 * (0x4000000000000001) alone.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/lzma.html
 */
import type { JsonObject, JsonValue } from "../src/metadata/json.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { checkDecodedBytes, compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition, DecodedSize, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { decodeLzma1, decodeLzmaAlone } from "./lzma/alone.ts";
import { decodeFiltered, FILTER_DELTA, FILTER_LZMA2 } from "./lzma/filters.ts";
import { decodeXz } from "./lzma/xz-stream.ts";

const NAME = "numcodecs.lzma";
const FORMAT_AUTO = 0;
const FORMAT_XZ = 1;
const FORMAT_ALONE = 2;
const XZ_MAGIC_BYTE = 0xfd;
/** `LZMA_FILTER_LZMA1`, 0x4000000000000001, rounded: it may come as a number or as a bigint. */
const FILTER_LZMA1 = 2 ** 62;
/** Nothing is allocated for a dictionary, so that without a container there is no need to know its size. */
const DICTIONARY_BYTES_MAX = 0xffffffff;

type Decode = PortableCodec["decode"];

interface LzmaConfiguration {
  readonly format?: number;
  readonly check?: number;
  readonly preset?: number | null;
  readonly filters?: readonly JsonObject[] | null;
}

function numberOf(value: JsonValue | undefined, otherwise: number): number {
  return value == null ? otherwise : Number(value);
}

/** The decoder of LZMA without a container, whose filters and properties only the configuration knows. */
function rawDecoder(filters: readonly JsonObject[]): Decode {
  const last = filters.at(-1);
  const before = filters.slice(0, -1);
  if (last !== undefined && numberOf(last.id, 0) === FILTER_LZMA1 && before.length === 0) {
    const properties = {
      literalContextBits: numberOf(last.lc, 3),
      literalPositionBits: numberOf(last.lp, 0),
      positionBits: numberOf(last.pb, 2),
    };
    const stream = { properties, dictionaryBytes: DICTIONARY_BYTES_MAX, decodedBytes: undefined };
    return (encoded, size) => decodeLzma1(encoded, 0, stream, size);
  }
  const isDelta = ({ id }: JsonObject) => numberOf(id, 0) === FILTER_DELTA;
  if (last === undefined || numberOf(last.id, 0) !== FILTER_LZMA2 || !before.every(isDelta)) {
    throw configurationError(NAME, `"filters" are not delta filters and LZMA2, or LZMA1 alone`);
  }
  const chain = {
    deltaDistances: before.map(({ dist }) => numberOf(dist, 1)).reverse(),
    dictionaryBytes: DICTIONARY_BYTES_MAX,
  };
  return (encoded, size) => {
    const { decoded, endBytes } = decodeFiltered(encoded, 0, chain, size.max);
    if (endBytes < encoded.length) {
      throw new CodecFault("trailing-bytes", { expected: endBytes, actual: encoded.length });
    }
    checkDecodedBytes(decoded.length, size);
    return decoded;
  };
}

function decodeEither(encoded: Uint8Array, size: DecodedSize): Uint8Array | Promise<Uint8Array> {
  return encoded[0] === XZ_MAGIC_BYTE ? decodeXz(encoded, size) : decodeLzmaAlone(encoded, size);
}

function decoderOf(format: number, filters: readonly JsonObject[] | null): Decode {
  switch (format) {
    case FORMAT_AUTO:
      return decodeEither;
    case FORMAT_XZ:
      return decodeXz;
    case FORMAT_ALONE:
      return decodeLzmaAlone;
    default:
      return rawDecoder(filters ?? []);
  }
}

export const lzmaDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({
    format: { type: "integer", minimum: 0, maximum: 3 },
    check: { type: "integer", minimum: -1, maximum: 16 },
    preset: { type: ["integer", "null"], minimum: 0 },
    filters: {
      type: ["array", "null"],
      maxItems: 4,
      items: {
        type: "object",
        properties: {
          id: { type: "integer" },
          dist: { type: "integer", minimum: 1, maximum: 256 },
          lc: { type: "integer", minimum: 0, maximum: 4 },
          lp: { type: "integer", minimum: 0, maximum: 4 },
          pb: { type: "integer", minimum: 0, maximum: 4 },
        },
        required: ["id"],
      },
    },
  }),

  resolve(configuration) {
    const {
      format = FORMAT_XZ,
      check = -1,
      preset = null,
      filters = null,
    } = configuration as LzmaConfiguration;
    const decode = decoderOf(format, filters);
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { format, check, preset, filters: filters as JsonValue },
      encodedBytesMax: compressedBytesMax,
      portable: async () => ({
        encode: () => {
          throw new CodecFault("unsupported");
        },
        decode,
      }),
    };
  },
};
