/**
 * `numcodecs.adler32` (bytes to bytes): the Adler-32 of the bytes, before them unless the configuration says else.
 *
 * Configuration: `{ "location": "start" }` or `"end"`; left out, "start".
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/checksum32.html
 */
import { adler32 } from "./checksum/adler32.ts";
import { locatedChecksumDefinition } from "./checksum/checksum-codec.ts";

export const adler32Definition = locatedChecksumDefinition("numcodecs.adler32", "adler32", adler32, "start");
