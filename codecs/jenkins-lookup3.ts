/**
 * `numcodecs.jenkins_lookup3` (bytes to bytes): Bob Jenkins' lookup3 hash behind the bytes.
 *
 * Configuration: `{ "initval": 0, "prefix": null }`. `initval` seeds the hash. `prefix`, bytes that numcodecs can
 * hash before the data, has no form in JSON that numcodecs itself would read, and may only be null.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/checksum32.html
 */
import { CHECKSUM_BYTES, checksumCodec } from "./checksum/checksum-codec.ts";
import { jenkinsLookup3 } from "./checksum/jenkins-lookup3.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";

const NAME = "numcodecs.jenkins_lookup3";

export const jenkinsLookup3Definition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({
    initval: { type: "integer", minimum: 0, maximum: 0xffffffff },
    prefix: { type: "null" },
  }),

  resolve(configuration) {
    const { initval = 0 } = configuration as { initval?: number };
    const portable = checksumCodec((bytes) => jenkinsLookup3(bytes, initval), "end");
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { initval, prefix: null },
      encodedBytes: (decodedBytes) => decodedBytes + CHECKSUM_BYTES,
      verifiesContent: true,
      native: { id: "jenkins_lookup3", initval, prefix: [] },
      portable: async () => portable,
    };
  },
};
