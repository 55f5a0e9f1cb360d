/**
 * `zstd` (bytes to bytes): one Zstandard frame. Reading accepts any sequence of frames, with or without a
 * content size; a checksum that is there is verified.
 *
 * Configuration: `{ "level": 3, "checksum": false }`; level -131072…22, 0 being zstd's default (3). Left out,
 * they are 0 and false, as in zarr-python.
 * Specification: https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/zstd, RFC 8878.
 */
import { zstdDefinitionNamed } from "./zstd/definition.ts";

export const zstdDefinition = zstdDefinitionNamed("zstd", "checked");
