import { isQuarryError } from "../../errors.ts";
import { decodeJson, type JsonValue } from "../../metadata/json.ts";

/** What a payload says in JSON; undefined where it is none. */
export function jsonOf(payload: Uint8Array): JsonValue | undefined {
  try {
    return decodeJson(payload);
  } catch (error) {
    if (isQuarryError(error)) return undefined;
    throw error;
  }
}
