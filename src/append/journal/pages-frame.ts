/**
 * The payload of an `indexes` frame: a JSON list of places in files, a zero byte, and the bytes that are about to replace
 * what is there, one behind the other.
 */
import { encodeJson, isJsonObject, type JsonValue } from "../../metadata/json.ts";
import { isPath } from "../paths.ts";
import { jsonOf } from "./json-payload.ts";

export interface JournaledPage {
  /** Path relative to the root. */
  readonly file: string;
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

export function encodePagesFrame(pages: readonly JournaledPage[]): Uint8Array[] {
  const list = pages.map(({ file, offsetBytes, bytes }) => ({
    file,
    offsetBytes,
    lengthBytes: bytes.length,
  }));
  return [encodeJson(list, 0), new Uint8Array(1), ...pages.map(({ bytes }) => bytes)];
}

/** Undefined where it is none. */
export function decodePagesFrame(payload: Uint8Array): JournaledPage[] | undefined {
  const listEnd = payload.indexOf(0);
  const list = listEnd === -1 ? undefined : jsonOf(payload.subarray(0, listEnd));
  if (!Array.isArray(list)) return undefined;
  const pages: JournaledPage[] = [];
  let at = listEnd + 1;
  for (const place of list) {
    if (!isJsonObject(place)) return undefined;
    const { file, offsetBytes, lengthBytes } = place;
    if (!isPath(file) || !isCount(offsetBytes) || !isCount(lengthBytes)) return undefined;
    if (lengthBytes > payload.length - at) return undefined;
    pages.push({ file, offsetBytes, bytes: payload.subarray(at, at + lengthBytes) });
    at += lengthBytes;
  }
  return at === payload.length ? pages : undefined;
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
