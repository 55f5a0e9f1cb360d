/**
 * `numcodecs.zstd` (bytes to bytes): the same bytes as `zstd`, under the name that zarr-python gives to
 * numcodecs' codec when a store was converted from Zarr v2. Configuration as in zstd.ts; a level that zstd does not
 * have counts as the nearest one that it has.
 */
import { zstdDefinitionNamed } from "./zstd/definition.ts";

export const numcodecsZstdDefinition = zstdDefinitionNamed("numcodecs.zstd", "clamped");
