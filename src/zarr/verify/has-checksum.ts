import type { Pipeline } from "../../codec/pipeline.ts";

/**
 * Whether bytes that decode through `pipeline` are known to be those that were encoded: there is a codec that
 * compares a checksum. (A flipped bit that the codecs do not look at, such as the file time in a gzip header,
 * changes no value; only a checksum that comes last in the chain finds that one, too.)
 */
export function hasChecksum(pipeline: Pipeline): boolean {
  return pipeline.codecs.some(({ verifiesContent }) => verifiesContent === true);
}
