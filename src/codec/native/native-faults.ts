/** Faults that cross the addon boundary, as errors that people can read. */
import { getSystemErrorName } from "node:util";
import { FAULT_REASONS } from "../../../codecs/fault.ts";
import { type ErrorPlace, QuarryError } from "../../errors.ts";
import { type ChainSubject, codecError, subjectAt } from "../fault-message.ts";
import type { Pipeline } from "../pipeline.ts";
import { chunkTooLarge, entryOutOfBounds, shardTruncated } from "../shard-faults.ts";
import { ARRAY_FAULT_KINDS, type NativeArrayFault, type NativeChainFault } from "./addon.ts";

export function chainFaultError(
  fault: NativeChainFault,
  pipeline: Pipeline,
  subject: ChainSubject,
  place: ErrorPlace,
): QuarryError {
  const codec = fault.codecIndex === undefined ? undefined : pipeline.codecs[fault.codecIndex]?.name;
  const direction = fault.encoding ? "encode" : "decode";
  const { expected, actual } = fault;
  return codecError(
    { reason: FAULT_REASONS[fault.reason]!, expected, actual, codec, direction },
    subject,
    place,
  );
}

/** `path` is the array's; `index` is undefined where it is not sharded. */
export function arrayFaultError(
  fault: NativeArrayFault,
  path: string,
  chunk: Pipeline,
  index: Pipeline | undefined,
): QuarryError {
  const place: ErrorPlace = {
    path,
    shard: index === undefined ? undefined : fault.object,
    chunk: fault.cell.length > 0 || index === undefined ? placeOfChunk(fault, index) : undefined,
  };
  const where =
    place.chunk === undefined ? `shard [${fault.object.join(", ")}] of ${path}` : subjectAt("chunk", place);
  switch (ARRAY_FAULT_KINDS[fault.kind]!) {
    case "chunk-codec":
      return chainFaultError(fault.chain!, chunk, "chunk", place);
    case "index-codec":
      return chainFaultError(fault.chain!, index!, "shard index", { ...place, chunk: undefined });
    case "shard-truncated":
      return shardTruncated(fault.actual, fault.expected, place);
    case "entry-out-of-bounds":
      return entryOutOfBounds(fault.offsetBytes, fault.encodedBytes, fault.actual, place);
    case "chunk-too-large":
      return chunkTooLarge(fault.actual, fault.expected, place);
    case "file-changed":
      return new QuarryError(
        "STORE_FAILED",
        `${fault.file} became shorter while it was read (it had ${fault.expected} bytes)`,
        place,
      );
    case "memory":
      return new QuarryError("STORE_FAILED", `there is no memory for ${where}`, place);
    case "cancelled":
      return new QuarryError("STORE_FAILED", `the operation on ${path} was cancelled`, { path });
    case "os": {
      const name = getSystemErrorName(-fault.errno!);
      return new QuarryError("STORE_FAILED", `${fault.call} of ${fault.file} failed: ${name}`, {
        ...place,
        cause: Object.assign(new Error(`${name}: ${fault.call} '${fault.file}'`), {
          code: name,
          errno: -fault.errno!,
          syscall: fault.call,
          path: fault.file,
        }),
      });
    }
  }
}

function placeOfChunk(fault: NativeArrayFault, index: Pipeline | undefined): number[] {
  return index === undefined ? fault.object : fault.cell;
}
