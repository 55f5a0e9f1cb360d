/** The sentences for shards whose bytes cannot be right, whoever reads them. */
import { type ErrorPlace, QuarryError } from "../errors.ts";
import { subjectAt } from "./fault-message.ts";

export function shardTruncated(shardBytes: number, indexBytes: number, place: ErrorPlace): QuarryError {
  return new QuarryError(
    "SHARD_TRUNCATED",
    `shard [${place.shard?.join(", ")}] of ${place.path} has ${shardBytes} bytes, fewer than the ${indexBytes} of its index alone; restore the file or remove it`,
    { ...place, chunk: undefined },
  );
}

export function entryOutOfBounds(
  offsetBytes: number,
  encodedBytes: number,
  shardBytes: number | undefined,
  place: ErrorPlace,
): QuarryError {
  const shard = shardBytes === undefined ? "the shard" : `the shard's ${shardBytes} bytes`;
  return new QuarryError(
    "SHARD_INDEX_CORRUPT",
    `the index says that ${subjectAt("chunk", place)} has ${encodedBytes} bytes at offset ${offsetBytes}, which is not inside the part of ${shard} that holds chunks; run \`quarry verify\``,
    place,
  );
}

export function chunkTooLarge(encodedBytes: number, encodedBytesMax: number, place: ErrorPlace): QuarryError {
  return new QuarryError(
    "CHUNK_TOO_LARGE",
    `${subjectAt("chunk", place)} takes ${encodedBytes} encoded bytes, more than the ${encodedBytesMax} that any writer needs for it`,
    place,
  );
}
