/**
 * `numcodecs.crc32` (bytes to bytes): the CRC-32 of the bytes, before them unless the configuration says else.
 *
 * Configuration: `{ "location": "start" }` or `"end"`; left out, "start".
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/checksum32.html
 */
import { crc32 } from "../src/metadata/crc.ts";
import { locatedChecksumDefinition } from "./checksum/checksum-codec.ts";

export const crc32Definition = locatedChecksumDefinition("numcodecs.crc32", "crc32", crc32, "start");
