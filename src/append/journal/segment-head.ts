/** The payload of the first frame of a segment, JSON: the tables that its rows belong to, which go by their position here. */
import { QuarryError } from "../../errors.ts";
import { encodeJson, isJsonObject, type JsonValue } from "../../metadata/json.ts";
import { isPath } from "../paths.ts";
import { jsonOf } from "./json-payload.ts";

const FORMAT = "quarry journal 1";

export interface JournaledArray {
  /** Relative to the root; `""` where the root is the array. */
  readonly path: string;
  readonly dataType: string;
  readonly rowBytes: number;
}

export interface JournaledTable {
  readonly arrays: readonly JournaledArray[];
}

export function encodeSegmentHead(tables: readonly JournaledTable[]): Uint8Array {
  const list = tables.map(({ arrays }) => ({
    arrays: arrays.map(({ path, dataType, rowBytes }) => ({ path, dataType, rowBytes })),
  }));
  return encodeJson({ format: FORMAT, tables: list }, 0);
}

/**
 * Undefined where it is none.
 * @throws QuarryError `UNSUPPORTED_FORMAT` where it is one of another version
 */
export function decodeSegmentHead(payload: Uint8Array): readonly JournaledTable[] | undefined {
  const head = jsonOf(payload);
  if (!isJsonObject(head) || typeof head.format !== "string") return undefined;
  if (head.format !== FORMAT) {
    throw new QuarryError(
      "UNSUPPORTED_FORMAT",
      `the journal is of the format ${head.format}, and this version of Quarry reads ${FORMAT}`,
    );
  }
  const tables = listOf(head.tables, (table) => {
    const arrays = isJsonObject(table) ? listOf(table.arrays, journaledArray) : undefined;
    return arrays === undefined || arrays.length === 0 ? undefined : { arrays };
  });
  return tables;
}

function journaledArray(value: JsonValue): JournaledArray | undefined {
  if (!isJsonObject(value)) return undefined;
  const { path, dataType, rowBytes } = value;
  if (!(path === "" || isPath(path)) || typeof dataType !== "string") return undefined;
  if (typeof rowBytes !== "number" || !Number.isSafeInteger(rowBytes) || rowBytes < 0) return undefined;
  return { path, dataType, rowBytes };
}

/** Undefined unless every item is one. */
function listOf<T>(
  value: JsonValue | undefined,
  itemOf: (value: JsonValue) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(itemOf).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}
