/** Schemas that people write by hand: the JSON of `spec/schemas/group-schema.schema.json`, or the same as TOML. */
import { extname } from "node:path";
import { QuarryError } from "../errors.ts";
import { parseJson } from "../metadata/json.ts";
import { readSettingsText } from "./config/settings-text.ts";
import { TomlDocument } from "./config/toml-document.ts";
import type { GroupSchema } from "./schema.ts";
import { type FromJsonOptions, groupSchemaFromJson, groupSchemaProblem } from "./schema-json.ts";

/**
 * The group's schema in `file`, whose name ends in `.json` or `.toml`. TOML has no null: a dimension that grows is
 * `"grows"` there.
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`; `METADATA_INVALID` with the file, in TOML the line, and the key; and
 *   as `defineGroup` and `defineArray`
 * @throws RangeError for another ending, and for a zstd level out of range
 */
export async function readSchemaFile(file: string, options: FromJsonOptions = {}): Promise<GroupSchema> {
  const ending = extname(file).toLowerCase();
  if (ending !== ".json" && ending !== ".toml") {
    throw new RangeError(`${file}: a schema is a file that ends in .json or .toml`);
  }
  const text = await readSettingsText(file, "METADATA_INVALID");
  try {
    if (ending === ".json") return groupSchemaFromJson(parseJson(text, file), file, options);
    const document = new TomlDocument(text, file, "METADATA_INVALID");
    const problem = groupSchemaProblem(document.value);
    if (problem !== undefined) throw document.faultAt(problem.place, problem.message);
    return groupSchemaFromJson(document.value, file, options);
  } catch (cause) {
    if (!(cause instanceof QuarryError) || cause.path === file) throw cause;
    throw new QuarryError(cause.code, cause.message, { path: file, codec: cause.codec, cause });
  }
}
