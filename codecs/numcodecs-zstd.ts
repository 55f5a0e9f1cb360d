/**
 * `numcodecs.zstd` (bytes to bytes): the same bytes as `zstd`, under the name that zarr-python gives to
 * numcodecs' codec when a store was converted from Zarr v2. Configuration as in zstd.ts.
 */
import { zstdDefinitionNamed } from "./zstd/definition.ts";

export const numcodecsZstdDefinition = zstdDefinitionNamed("numcodecs.zstd");
