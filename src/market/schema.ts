/**
 * Schemas: what arrays a store has, what they mean and how they are encoded, as plain data. A schema is written
 * to the attributes of the store that follows it, and read back from there.
 */

import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import type { NumericTypeName } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";

export interface ArraySchema {
  readonly name: string;
  /** What the values are, in words. */
  readonly description: string;
  readonly dataType: NumericTypeName;
  /** Name of each dimension. */
  readonly dimensions: readonly string[];
  /** Length of each dimension; `null` where rows are appended. */
  readonly shape: readonly (number | null)[];
  /** Names along the last dimension, where each place there has a meaning of its own. */
  readonly columns: readonly string[];
  readonly fillValue: number;
  readonly attributes: JsonObject;
  /** Array codecs before `bytes`. */
  readonly filters: readonly CodecMetadata[];
  /** Codecs after `bytes`. */
  readonly compressors: readonly CodecMetadata[];
  /** Raw bytes for each stored byte, as measured on typical data; for estimates only. */
  readonly compressionRatioHint: number | null;
  /** Bytes of an item that carry information (3 where prices use 24 of 32 bits); for estimates only. */
  readonly effectiveItemSize: number | null;
}

export interface GroupSchema {
  readonly name: string;
  readonly description: string;
  readonly attributes: JsonObject;
  readonly arrays: readonly ArraySchema[];
  readonly groups: readonly GroupSchema[];
}

type ArrayDefinition = Pick<ArraySchema, "name" | "description" | "dataType" | "dimensions" | "shape"> &
  Partial<ArraySchema>;
type GroupDefinition = Pick<GroupSchema, "name" | "description"> & Partial<GroupSchema>;

/**
 * An array's schema, complete.
 * @throws QuarryError `METADATA_INVALID` where it contradicts itself
 */
export function defineArray(definition: ArrayDefinition): ArraySchema {
  const schema: ArraySchema = {
    columns: [],
    fillValue: 0,
    attributes: {},
    filters: [],
    compressors: [],
    compressionRatioHint: null,
    effectiveItemSize: null,
    ...definition,
  };
  const where = `schema of array ${schema.name}`;
  if (schema.shape.length !== schema.dimensions.length) {
    throw invalid(`${where}: ${schema.dimensions.length} dimensions but a shape of ${schema.shape.length}`);
  }
  if (schema.shape.slice(1).includes(null)) throw invalid(`${where}: only the first dimension can grow`);
  if (schema.columns.length > 0 && schema.columns.length !== schema.shape.at(-1)) {
    throw invalid(`${where}: ${schema.columns.length} columns along a dimension of ${schema.shape.at(-1)}`);
  }
  return schema;
}

/**
 * A group's schema, complete.
 * @throws QuarryError `METADATA_INVALID` where two members have one name
 */
export function defineGroup(definition: GroupDefinition): GroupSchema {
  const schema: GroupSchema = { attributes: {}, arrays: [], groups: [], ...definition };
  const names = [...schema.arrays, ...schema.groups].map((member) => member.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw invalid(`schema of group ${schema.name}: two members are named ${repeated}`);
  return schema;
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
