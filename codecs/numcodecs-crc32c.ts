/**
 * `numcodecs.crc32c` (bytes to bytes): the CRC-32C of the bytes, behind them unless the configuration says else.
 * With the checksum at the end its bytes are those of `crc32c`.
 *
 * Configuration: `{ "location": "end" }` or `"start"`; left out, "end".
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/checksum32.html
 */
import { crc32c } from "../src/metadata/crc.ts";
import { locatedChecksumDefinition } from "./checksum/checksum-codec.ts";

export const numcodecsCrc32cDefinition = locatedChecksumDefinition(
  "numcodecs.crc32c",
  "crc32c",
  crc32c,
  "end",
);
