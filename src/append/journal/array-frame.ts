/** The payload of an `array` frame, JSON: the path of an array that is about to be created with all its values. */
import { encodeJson, isJsonObject } from "../../metadata/json.ts";
import { isPath } from "../paths.ts";
import { jsonOf } from "./json-payload.ts";

export function encodeArrayFrame(path: string): Uint8Array {
  return encodeJson({ path });
}

/** Undefined where it is none. What it names may be removed, so that it has to lie in the store. */
export function decodeArrayFrame(payload: Uint8Array): string | undefined {
  const frame = jsonOf(payload);
  return isJsonObject(frame) && isPath(frame.path) ? frame.path : undefined;
}
