/**
 * Chains as the core holds them. The arrays of a store have few different ones, and a program that opens store after
 * store the same ones again and again: the latest are kept, since describing one to the core takes longer than
 * opening an array that has it.
 */
import type { NativeCodec } from "../../../codecs/definition.ts";
import { distinctText } from "../distinct-text.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Addon, ChainHandle } from "./addon.ts";
import { nativeTypeOf } from "./native-type.ts";

/** By all that the core is told of a chain. Handles hold no memory to speak of. */
const handles = new Map<string, ChainHandle>();

const HANDLES_MAX = 64;

/** The core's chain of `pipeline`, or undefined where the core lacks a codec or the data type. */
export function chainHandle(addon: Addon, pipeline: Pipeline): ChainHandle | undefined {
  const codecs = nativeCodecs(pipeline);
  const dataType = nativeTypeOf(pipeline.chunk.dataType);
  if (codecs === undefined || dataType === undefined) return undefined;
  const chunk = { dataType, shape: pipeline.chunk.shape };
  const key = distinctText([chunk, codecs]);
  const known = handles.get(key);
  if (known !== undefined) return known;
  const handle = addon.createChain(chunk, codecs);
  if (typeof handle === "number") return undefined;
  if (handles.size === HANDLES_MAX) handles.delete(handles.keys().next().value!);
  handles.set(key, handle);
  return handle;
}

/** What the core is told, or undefined where a codec exists in JavaScript only. */
export function nativeCodecs(pipeline: Pipeline): NativeCodec[] | undefined {
  const codecs: NativeCodec[] = [];
  for (const { native } of pipeline.codecs) {
    if (native === undefined) return undefined;
    codecs.push(native);
  }
  return codecs;
}
