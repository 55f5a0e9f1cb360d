/**
 * Our codecs for zarrita.
 *
 * What zarrita has and does right stays zarrita's. Array-to-bytes codecs do, all of them: they go with its data types.
 */
import type { CodecDefinition } from "../../../codecs/definition.ts";
import { registeredCodecs } from "../registry.ts";
import { ZarritaArrayCodec } from "./array-codec.ts";
import { ZarritaBytesCodec } from "./bytes-codec.ts";
import type { Zarrita, ZarritaChunkType, ZarritaCodec } from "./zarrita.ts";

/** Where zarrita 0.7.5 gives wrong values without a word. */
const REPLACED_NAMES: ReadonlySet<string> = new Set([
  "crc32c", // is cut off and not compared
  "numcodecs.delta", // "astype" is not looked at
  "numcodecs.shuffle", // "elementsize" is not looked at
]);

/**
 * Teaches zarrita every codec of ours that it lacks (`quarry.temporal`, numcodecs' filters and checksums, those of
 * `registerCodec`), for reading and writing, and a `crc32c` that compares the checksum. Bad bytes give a
 * `CodecPipelineError` of zarrita's with a {@link QuarryError} as its cause. To be called once; calling it again adds
 * what was registered since.
 *
 * @param zarrita the module, where there may be more than one copy of it, or a bundler must not look for it; then the
 *   codecs are there when the call returns. Default: `import("zarrita")`
 * @throws TypeError where zarrita is not installed
 * @example
 * import * as zarrita from "zarrita";
 * await registerWithZarrita();
 * const array = await zarrita.open(store, { kind: "array" });
 */
export async function registerWithZarrita(zarrita?: Zarrita): Promise<void> {
  register(zarrita ?? (await importZarrita()));
}

async function importZarrita(): Promise<Zarrita> {
  // Inside `try`, bundlers take it that the package may be missing.
  try {
    return await import("zarrita");
  } catch (cause) {
    throw new TypeError("zarrita could not be imported; `npm install zarrita`, or pass the module", {
      cause,
    });
  }
}

function register(zarrita: Zarrita): void {
  for (const definition of registeredCodecs()) {
    if (definition.kind === "array-to-bytes") continue;
    for (const name of [definition.name, ...(definition.aliases ?? [])]) {
      if (zarrita.registry.has(name) && !REPLACED_NAMES.has(name)) continue;
      const entry = zarritaEntry(name, definition, zarrita);
      zarrita.registry.set(name, async () => entry);
    }
  }
}

function zarritaEntry(name: string, { kind }: CodecDefinition, zarrita: Zarrita) {
  return {
    fromConfig(configuration: ZarritaCodec["configuration"], type: ZarritaChunkType) {
      const codec = configuration === undefined ? { name } : { name, configuration };
      return kind === "array-to-array"
        ? new ZarritaArrayCodec(codec, type, zarrita)
        : new ZarritaBytesCodec(codec, type);
    },
  };
}
