import type { Pipeline } from "../../codec/pipeline.ts";
import { codecDefinition } from "../../codec/registry.ts";

/**
 * Whether bytes that decode through `pipeline` are known to be those that were encoded: there is a codec that
 * compares a checksum. (A flipped bit that the codecs do not look at, such as the file time in a gzip header,
 * changes no value; only a checksum that comes last in the chain finds that one, too.)
 */
export function hasChecksum(pipeline: Pipeline, path: string): boolean {
  return pipeline.codecs.some(({ name, configuration }) => {
    switch (codecDefinition(name, path).name) {
      case "crc32c":
      case "numcodecs.crc32c":
      case "numcodecs.crc32":
      case "numcodecs.adler32":
      case "numcodecs.fletcher32":
      case "numcodecs.jenkins_lookup3":
      case "gzip":
      case "numcodecs.gzip":
      case "numcodecs.zlib":
      case "numcodecs.bz2":
        return true;
      case "zstd":
      case "numcodecs.zstd":
        return configuration.checksum === true;
      default:
        return false;
    }
  });
}
